NAME = "one"


def get_release(self):
    return NAME
