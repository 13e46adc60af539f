"""Going through pages with the keyboard alone, as somebody without a pointer does."""

from playwright.sync_api import Locator, Page

FOCUSED = "document.activeElement"


def tab_to(page: Page, target: Locator, *, limit: int = 400) -> None:
    """Presses Tab until the target has focus; fails when it never gets it."""
    element = target.first.element_handle()
    page.evaluate("window.scrollTo(0, 0)")
    for _ in range(limit):
        if element.evaluate(f"element => element === {FOCUSED}"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"never reached with Tab: {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Goes to a link, a button or a summary and presses it."""
    tab_to(page, target)
    page.keyboard.press(key)


def leave(page: Page, target: Locator) -> None:
    """Goes to something that leads to another page, presses it, and waits until it is there."""
    with page.expect_navigation():
        press(page, target)
    page.wait_for_load_state()


def write(page: Page, label: str, text: str) -> None:
    """Goes to the field and writes."""
    tab_to(page, page.get_by_label(label, exact=False).locator("visible=true"))
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, option: Locator) -> None:
    """Goes to the group of radio buttons that holds the option, and to the option with the arrows."""
    element = option.first.element_handle()
    name = element.get_attribute("name")
    inside = f"element => {FOCUSED}.type === 'radio' && {FOCUSED}.name === '{name}'"
    for _ in range(400):
        if element.evaluate(inside):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"never reached with Tab: {name}")
    for _ in range(40):
        if element.evaluate(f"element => element === {FOCUSED}"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert option.first.is_checked()
