"""Programs over the drivers: what they are made of, and how each is fetched, built and started."""


class Program:
    """One unmodified library with a program that uses it. It gets the server's place as the harnesses do."""

    def __init__(self, name, package, prepare):
        self.name, self.package, self.prepare = name, package, prepare


def all_programs():
    return []
