"""The workbench in a browser as an editor uses it with the mouse. It needs no database."""

from playwright.sync_api import Locator, Page, expect

PATIENCE = 10_000  # milliseconds
# Where words stand on the screen: the points at which a drag over them begins and ends.
PLACE = """(passage, words) => {
  const root = passage.querySelector(".passage__text"), text = root.textContent;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let left = text.indexOf(words), right = left + words.length, open = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!open && left < node.length) { range.setStart(node, left); open = true; }
    if (right <= node.length) { range.setEnd(node, right); break; }
    left -= node.length; right -= node.length;
  }
  passage.scrollIntoView({ block: "center" });
  const boxes = [...range.getClientRects()], first = boxes[0], last = boxes.at(-1);
  return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
}"""


class Workbench:
    """The page as an editor uses it with the mouse; texts are typed, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.entry = page.locator("#entry")

    def passage(self, locator: str) -> Locator:
        head = self.page.locator(".passage__locator", has_text=locator)
        return self.page.locator(".passage").filter(has=head.get_by_text(locator, exact=True))

    def drag(self, at: str, words: str) -> None:
        passage = self.passage(at)
        x, y, to_x, to_y = passage.evaluate(PLACE, words)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(to_x, to_y, steps=3)
        self.page.mouse.up()

    def choose(self, at: str, words: str) -> None:
        self.drag(at, words)
        expect(self.page.locator(".words__printed")).to_have_text(words)

    def make(self, at: str, words: str, kind: str) -> None:
        self.choose(at, words)
        self.page.locator(f"#words [data-make={kind}]").click()
        self.opened(kind)

    def numeral(self, at: str, text: str, kind: str) -> None:
        """The form that opens where an open numeral is clicked."""
        self.passage(at).locator(".numeral--open").get_by_text(text, exact=True).click()
        self.opened(kind)

    def edit(self, kind: str, label: str) -> None:
        item = self.page.locator(f".item--{kind}").filter(has_text=label).first
        item.locator(f":scope > .item__head > [data-form={kind}]").click()
        self.opened(kind)

    def opened(self, kind: str) -> None:
        expect(self.entry.locator(f"form[data-kind={kind}]")).to_be_visible(timeout=PATIENCE)

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            assert name.endswith(("_zh", "_en")) or name == "gloss"
            self.entry.locator(f"[name={name}]").fill(text)

    def term(self, label: str) -> None:
        box = self.entry.locator(".term-box input[type=text]")
        if label in box.input_value():
            return
        box.click()
        self.entry.locator("[role=option]").filter(has_text=label).first.click()

    def take(self, at: str, words: str) -> None:
        self.choose(at, words)
        self.page.locator("#words [data-take]").click()
        expect(self.entry.locator("[name=printed]")).to_have_value(words)

    def save(self) -> None:
        self.page.keyboard.press("Control+Enter")
        expect(self.entry).to_be_hidden(timeout=PATIENCE)

    def at_hand(self, name: str) -> None:
        self.page.locator(f".item--{name} > .item__head > [data-at]").first.click()
