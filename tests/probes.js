// What tests ask of a page in a browser, beside axe. Each answer is a list of faults.
window.probes = (() => {
  const rendered = (element) => element.checkVisibility({ visibilityProperty: true });
  const named = (element) => {
    const names = [...element.classList].map((name) => `.${name}`).join("");
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 30);
    return `${element.localName}${names} “${text}”`;
  };
  const cuts = (style) => /hidden|clip/.test(style.overflowX + style.overflowY);
  const ownText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  // As .visually-hidden does it, or a table's head where its rows are stacked.
  const isForHearing = (element) => {
    for (let box = element; box; box = box.parentElement) {
      const { width, height } = box.getBoundingClientRect();
      if (Math.max(width, height) <= 1 && cuts(getComputedStyle(box))) return true;
    }
    return element.closest(".visually-hidden, .skip") !== null;
  };
  const texts = () =>
    [...document.body.querySelectorAll("*")].filter(
      (element) => ownText(element) && rendered(element) && !isForHearing(element),
    );
  const rectsOf = (element) => {
    const range = document.createRange();
    return [...element.childNodes]
      .filter((node) => node.nodeType === 3 && node.data.trim())
      .flatMap((node) => (range.selectNodeContents(node), [...range.getClientRects()]));
  };
  const scrolls = (style) => /auto|scroll/.test(style.overflowX);

  return {
    // Every fold open, also those of which one is open at a time.
    open() {
      for (const fold of document.querySelectorAll("details")) {
        fold.removeAttribute("name");
        fold.open = true;
      }
    },

    wide() {
      const { scrollWidth } = document.documentElement;
      return scrollWidth > innerWidth ? [`${scrollWidth} px wide in ${innerWidth}`] : [];
    },

    words() {
      return document.body.innerText.split(/\s+/).filter(Boolean).sort();
    },

    // Text that an ancestor cuts off, or that stands where no scrolling leads.
    cut() {
      const faults = [];
      for (const element of texts()) {
        const rects = rectsOf(element);
        let box = null;
        for (box = element; box && box !== document.body; box = box.parentElement) {
          const style = getComputedStyle(box);
          if (scrolls(style)) break;
          if (!cuts(style)) continue;
          const edge = box.getBoundingClientRect();
          if (rects.some((r) => r.right > edge.right + 1 || r.bottom > edge.bottom + 1
            || r.left < edge.left - 1 || r.top < edge.top - 1)) {
            faults.push(`${named(element)} is cut by ${named(box)}`);
            break;
          }
        }
        const isFree = !box || box === document.body;
        if (isFree && rects.some((r) => r.left < -1 || r.top + scrollY < -1)) {
          faults.push(`${named(element)} stands outside the page`);
        }
      }
      return faults;
    },

    // The spacing of WCAG 2.2, success criterion 1.4.12; as CSSOM, which the site's policy allows.
    space() {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`
        * { line-height: 1.5 !important; letter-spacing: .12em !important;
            word-spacing: .16em !important }
        p { margin-block-end: 2em !important }`);
      document.adoptedStyleSheets = [sheet];
    },

    // After a key was pressed: what takes the focus by script shows it as by keyboard.
    focus() {
      const faults = [];
      const all = "a[href], button, input, select, textarea, summary, [tabindex]";
      for (const element of document.querySelectorAll(all)) {
        if (!rendered(element) || element.disabled) continue;
        element.focus();
        if (document.activeElement !== element) {
          faults.push(`${named(element)} takes no focus`);
          continue;
        }
        const style = getComputedStyle(element);
        const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
          && !/transparent|, 0\)/.test(style.outlineColor);
        if (!isOutlined) faults.push(`${named(element)} does not show its focus`);
        const [box] = element.getClientRects();
        const seen = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
        const at = document.elementFromPoint(box.x + box.width / 2, (seen[0] + seen[1]) / 2);
        if (!at || !(element.contains(at) || at.contains(element))) {
          faults.push(`${named(element)} is covered by ${at ? named(at) : "nothing"}`);
        }
      }
      document.activeElement.blur();
      scrollTo(0, 0);
      return faults;
    },

    // One text of each look: its own colour and size, and every ground that it stands on.
    // Kept in `looks` but for those that are known; answers their names.
    unseen(known) {
      const grounds = new Map();
      const ground = (element) => {
        if (!element) return "";
        if (!grounds.has(element)) {
          const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(element);
          const plain = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none"
            && opacity === "1" && filter === "none";
          const own = plain ? "" : [backgroundColor, backgroundImage, opacity, filter].join();
          grounds.set(element, `${ground(element.parentElement)} ${own}`.trim());
        }
        return grounds.get(element);
      };
      this.looks = new Map();
      for (const element of texts()) {
        const { color, fontSize, fontWeight } = getComputedStyle(element);
        const look = [color, fontSize, fontWeight, ground(element)].join(";");
        if (!this.looks.has(look) && !known.includes(look)) this.looks.set(look, element);
      }
      return [...this.looks.keys()];
    },
  };
})();
