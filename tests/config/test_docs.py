from __future__ import annotations

from hub.config import docs


def test_the_page_of_settings_is_current():
    written = docs.PAGE.read_text(encoding="utf-8")
    assert docs.page(written) == written, "run: python -m hub.config.docs"


def test_every_visible_setting_has_a_heading(load):
    reference = docs.reference()
    for name, definition in load().definitions.items():
        assert (f"### `{name}`\n" in reference) is not definition.invisible
