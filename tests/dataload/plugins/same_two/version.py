NAME = "two"


def get_release(self):
    return NAME
