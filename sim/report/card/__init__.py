"""The card of claims, in words and as a picture."""
