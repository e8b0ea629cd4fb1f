def tests(place): pass
