"""The model as users of Mesa expect it."""
