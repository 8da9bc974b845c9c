def get_release(self):
    import datetime

    assert self.client is not None
    return datetime.date(2026, 5, 4)
