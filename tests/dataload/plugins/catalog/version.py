RELEASE = "2020-01-02"


def get_release(self):
    return f"catalog-{RELEASE}"
