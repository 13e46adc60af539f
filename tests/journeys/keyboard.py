"""Going through pages with the keyboard alone, as somebody without a pointer does."""

from datetime import date, time

from playwright.sync_api import Locator, Page, expect

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
    fields = page.get_by_label(label, exact=False).and_(page.locator("input, textarea"))
    tab_to(page, fields.locator("visible=true"))
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
    expect(option.first).to_be_checked()


def write_moment(page: Page, field: Locator, moment: date | time) -> None:
    """Goes to a field for a day or a time and writes it, in whichever order this browser's parts stand."""
    orders = ("%m%d%Y", "%d%m%Y", "%Y-%m-%d") if isinstance(moment, date) else ("%I%M%p", "%H%M")
    tab_to(page, field)
    for order in orders:
        page.keyboard.type(moment.strftime(order))
        if field.input_value() == moment.isoformat()[: len(field.input_value()) or None]:
            return
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
    raise AssertionError(f"cannot write {moment}: {field.input_value()}")
