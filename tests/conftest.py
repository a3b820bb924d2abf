"""Begin what takes longest first, so that of several workers none is left alone with it at the end."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
