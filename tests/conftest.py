"""Begin with the files of slow tests, so that of several workers none is left alone with one at the end.

A file stays together: its tests share worlds, which another worker would have to make again.
"""


def pytest_collection_modifyitems(items):
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)
