// The search of a static copy, without a server: combinations of filters, and words. Its index is in
// small scripts, because browsers cannot fetch other files from disk. See docs/bake.md.
(() => {
  const PAGE = 20, VALUES = 12, HITS = 3, RANKED = 60, WORDS = 12, EXCERPT = 24, LENGTH = 200;
  const LATIN = "a-z0-9\u00df-\u00f6\u00f8-\u024f", REST = 4, KEYWORD = 5, TIERS = 6;
  const LABEL = TIERS, SYNONYM = TIERS + 1; // names of terms that a case has
  const root = document.currentScript.dataset.index;
  const language = document.documentElement.lang === "en" ? "en" : "zh";
  const loaded = new Map(), waiting = new Map();

  // -------------------------------------------------------------- the index

  window.caselib = (name, value) => { loaded.set(name, value); };
  const load = (name, file = name) => {
    if (loaded.has(name)) return loaded.get(name);
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = `${root}${file}.js`;
        script.onload = () => (loaded.has(name) ? done(loaded.get(name)) : failed(new Error(file)));
        script.onerror = () => failed(new Error(file));
        document.head.append(script);
      }));
    }
    return waiting.get(name);
  };
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUE = Object.fromEntries([...DIGITS].map((sign, n) => [sign, n]));
  const steps = (packed) => {
    const found = [];
    let number = 0, shift = 1;
    for (const sign of packed) {
      const digit = VALUE[sign];
      number += (digit & 31) * shift;
      shift *= 32;
      if (digit < 32) { found.push(number); number = 0; shift = 1; }
    }
    return found;
  };
  const unpacked = (packed = "") => {
    let last = 0;
    return new Set(steps(packed).map((step) => (last += step)));
  };
  const unpackedOrder = (packed) => {
    let last = 0;
    return steps(packed).map((step) => (last += step % 2 ? -(step + 1) / 2 : step / 2));
  };
  const both = (a, b) => new Set([...(a.size < b.size ? a : b)].filter((one) => (a.size < b.size ? b : a).has(one)));
  const either = (...sets) => new Set(sets.flatMap((set) => [...set]));

  // -------------------------------------------------------------- words, as in stories/search/tokenizer.py

  const MARKS = "\u0300-\u036f";
  let table = {}, foldable = /$^/u;
  const useTable = (given) => {
    table = given;
    const words = Object.keys(given).filter((key) => [...key].length > 1);
    foldable = new RegExp(`[^${MARKS}][${MARKS}]+|${words.join("|")}|[^ -@\\[-\`{-~]`, "gsu");
  };
  const has = (key) => Object.prototype.hasOwnProperty.call(table, key);
  const plain = (text) => text.normalize("NFKC").toLowerCase().normalize("NFKC");
  const character = (one) => {
    if (has(one)) return table[one];
    const code = one.codePointAt(0);
    return code < 0x10000 || (code >= 0x2f800 && code < 0x2fa1e) ? plain(one) : one;
  };
  const folded = (found) => (has(found) || [...found].length === 1
    ? character(found) : [...plain(found)].map((one) => (has(one) ? table[one] : one)).join(""));
  const THOUSANDS = /(?<=[0-9]),(?=[0-9]{3}(?![0-9]))/g;
  const fold = (text) => text.replace(foldable, folded).replace(THOUSANDS, "");
  const align = (text) => {
    let made = "", at = 0;
    const spans = [];
    const keep = (end) => { for (; at < end; at++) { made += text[at]; spans.push([at, at + 1]); } };
    for (const match of text.matchAll(foldable)) {
      keep(match.index);
      const to = folded(match[0]), end = at + match[0].length;
      for (const unit of to.split("")) { made += unit; spans.push([at, end]); }
      at = end;
    }
    keep(text.length);
    const dropped = new Set([...made.matchAll(THOUSANDS)].map((match) => match.index));
    return [made.replace(THOUSANDS, ""), spans.filter((_, n) => !dropped.has(n))];
  };
  const clean = (text) => [...text].slice(0, 2 * LENGTH).join("").replace(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, "")
    .replace(/\p{C}/gu, " ").replace(/\s+/gu, " ").trim().slice(0, LENGTH).trim();
  const isAlnum = (one) => /[\p{L}\p{N}]/u.test(one);
  const withoutSigns = (text) => {
    const signs = [...text];
    while (signs.length && !isAlnum(signs[0])) signs.shift();
    while (signs.length && !isAlnum(signs.at(-1)) && !"%‰+".includes(signs.at(-1))) signs.pop();
    return signs.join("");
  };
  const BETWEEN = /[。！？；：、…（）《》〈〉【】「」『』]|，(?!\p{Nd})|(?<!\p{Nd})，/gu;
  const wordsOf = (question) => {
    const pieces = fold(question.replace(BETWEEN, " ")).split(/\s+/u).map(withoutSigns);
    return [...new Set(pieces)].filter((text) => [...text].some(isAlnum)).slice(0, WORDS).map(word);
  };
  const OTHER = /[^\0-\x7f\u00df-\u00f6\u00f8-\u024f]/u;
  const LATIN_WORD = new RegExp(`^[${LATIN}]+$`, "u"), LATIN_ONE = new RegExp(`[${LATIN}]`, "u");
  const isBeginning = (text) => text.length >= 3 && LATIN_WORD.test(text) && /^\p{L}+$/u.test(text);
  const word = (text) => {
    const signs = [...text];
    const before = LATIN_ONE.test(signs[0]) ? `(?<![${LATIN}])` : "";
    const endsWhole = LATIN_ONE.test(signs.at(-1)) && !isBeginning(text);
    const escaped = text.replace(/[.*+?^${}()|[\]\\\/]/g, (sign) => `\\${sign}`);
    const pattern = new RegExp(before + escaped + (endsWhole ? `(?![${LATIN}])` : ""), "gu");
    return { text, pattern, ...keysOf(text, signs) };
  };
  // Keys to look up in the index; `exact` if no verification in the text is needed.
  // A Latin word or number with the adjacent character; n and n + 1 are at their border.
  const runAt = (signs, n) => {
    const isLatin = signs.map((sign) => LATIN_ONE.test(sign));
    if (isLatin[n] === isLatin[n + 1] || !OTHER.test(signs[isLatin[n] ? n + 1 : n])) return "";
    let first = n, last = n + 1;
    while (isLatin[n] && isLatin[first - 1]) first -= 1;
    while (isLatin[n + 1] && isLatin[last + 1]) last += 1;
    return signs.slice(first, last + 1).join("");
  };
  const keysOf = (text, signs) => {
    if (LATIN_WORD.test(text)) {
      return { keys: [text.slice(0, 40)], begins: isBeginning(text), exact: text.length < 40 };
    }
    if (signs.length === 1) return { keys: signs, exact: true };
    const other = signs.map((sign) => OTHER.test(sign));
    const keys = [];
    let isRun = false;
    for (let n = 0; n + 1 < signs.length; n++) {
      const inTriple = (k) => k >= 0 && k + 2 < signs.length && other[k] && other[k + 1] && other[k + 2];
      const run = LATIN_ONE.test(signs[n]) || LATIN_ONE.test(signs[n + 1]) ? runAt(signs, n) : "";
      isRun ||= Boolean(run);
      if (run) keys.push(run);
      else if (inTriple(n)) keys.push(signs.slice(n, n + 3).join(""));
      else if ((other[n] || other[n + 1]) && !inTriple(n - 1)) keys.push(signs.slice(n, n + 2).join(""));
    }
    const exact = keys.length === 1 && keys[0] === text && (isRun || other.every(Boolean));
    if (keys.length) return { keys, exact };
    const joined = new RegExp(`(?=(?<![${LATIN}])([${LATIN}]+[!-/:-@\\[-\`{-~]{1,3}[${LATIN}]+))`, "gu");
    const found = [...text.matchAll(joined)].map((match) => match[1]);
    const signed = text.match(new RegExp(`[${LATIN}]+[%+]`, "gu")) ?? [];
    const parts = [...found, ...signed];
    const isJoined = parts.length === 1 && parts[0] === text;
    return { keys: parts.length ? parts : text.match(new RegExp(`[${LATIN}]+`, "gu")) ?? [], exact: isJoined };
  };
  const places = (found, text) => [...text.matchAll(found.pattern)].map((m) => [m.index, m.index + m[0].length]);
  const isIn = (found, text) => text.search(found.pattern) >= 0;

  // -------------------------------------------------------------- cases

  const chunkOf = (key, count) => {
    const signs = [...(LATIN_WORD.test(key) ? key.slice(0, 3) : key)];
    return signs.reduce((number, sign) => (Math.imul(number, 31) + sign.codePointAt(0)) >>> 0, 0) % count;
  };
  const postings = async (key, begins, count) => {
    const number = chunkOf(key, count);
    const chunk = await load(`words/${number}`);
    const keys = begins ? Object.keys(chunk).filter((one) => LATIN_WORD.test(one) && one.startsWith(key)) : [key];
    const tiers = Array.from({ length: SYNONYM + 1 }, () => new Set());
    for (const one of keys) {
      (chunk[one] ?? []).forEach((packed, tier) => { for (const pk of unpacked(packed)) tiers[tier].add(pk); });
    }
    return tiers;
  };
  const textOf = async (pk) => {
    const found = await load(`case/${pk}`);
    found.folded ??= found.parts.map(([, , raw]) => fold(raw));
    return found;
  };
  const holding = async (found, count) => {
    const parts = await Promise.all(found.keys.map((key) => postings(key, found.begins, count)));
    const tiers = parts.reduce((a, b) => a.map((set, tier) => both(set, b[tier])));
    const candidates = either(...tiers);
    if (found.exact || candidates.size > RANKED) return tiers;
    const really = tiers.map(() => new Set());
    for (const [pk, text] of await Promise.all([...candidates].map(async (one) => [one, await textOf(one)]))) {
      text.parts.forEach(([tier], n) => { if (isIn(found, text.folded[n])) really[tier].add(pk); });
      for (const [, zh, en, synonyms] of text.names) {
        if (isIn(found, fold(`${zh}\n${en}`))) really[LABEL].add(pk);
        if (isIn(found, fold(synonyms.join("\n")))) really[SYNONYM].add(pk);
      }
    }
    return really;
  };
  // The cases with all words, by the worst tier in which one was found: best first.
  const tiersOf = async (words, every, count) => {
    const tiers = Array.from({ length: TIERS + 1 }, () => every);
    for (const found of await Promise.all(words.map((one) => holding(one, count)))) {
      let reached = new Set();
      found[REST] = either(found[REST], found[LABEL]);
      const all = [...found.slice(0, TIERS), found[SYNONYM]];
      all.forEach((step, n) => { reached = either(reached, step); tiers[n] = both(tiers[n], reached); });
    }
    return tiers;
  };
  const statementCount = (text, words) => new Set(text.parts
    .filter((_, n) => words.some((one) => isIn(one, text.folded[n]))).map(([, anchor]) => anchor)).size;
  const inOrder = (order, found) => order.filter((pk) => found.has(pk));
  const ranked = async (tier, words, newest) => {
    const pks = inOrder(newest, tier);
    if (pks.length < 2 || pks.length > RANKED) return pks;
    const counts = new Map();
    await Promise.all(pks.map(async (pk) => counts.set(pk, statementCount(await textOf(pk), words))));
    return pks.sort((a, b) => counts.get(b) - counts.get(a));
  };
  const byRelevance = async (tiers, found, words, newest, end) => {
    const pks = [];
    let seen = new Set();
    for (const tier of tiers) {
      const fresh = new Set([...tier].filter((pk) => found.has(pk) && !seen.has(pk)));
      seen = either(seen, fresh);
      if (pks.length < end && fresh.size) pks.push(...await ranked(fresh, words, newest));
    }
    return pks;
  };

  // -------------------------------------------------------------- queries

  const read = async (parameters) => {
    const { facets } = await load("messages", `messages.${language}`);
    const names = [...Object.keys(facets), "answered"];
    const asked = { q: clean(parameters.get("q") ?? ""), chosen: [], sort: parameters.get("sort") ?? "" };
    for (const name of names) {
      const values = [...new Set(parameters.getAll(name))].sort();
      if (!values.length) continue;
      const known = new Map((await load(`facet/${name}`)).map((row) => [row[0], row]));
      asked.chosen.push(...values.filter((value) => known.has(value)).map((value) => [name, value]));
    }
    asked.number = /^[1-9]\d{0,5}$/.test(parameters.get("page") ?? "") ? Number(parameters.get("page")) : 1;
    asked.whole = parameters.getAll("whole");
    return asked;
  };
  const addressOf = (asked, changes = {}) => {
    const { q, chosen, sort, number } = { ...asked, number: 1, ...changes };
    const pairs = [["q", q], ...chosen, ["sort", sort], ["page", number > 1 ? number : ""]];
    const query = new URLSearchParams(pairs.filter(([, value]) => value)).toString();
    return query ? `?${query}` : location.pathname.split("/").at(-1);
  };
  const toggled = ({ chosen }, name, value) => {
    const without = chosen.filter(([facet, one]) => facet !== name || one !== value);
    return without.length < chosen.length ? without : [...chosen, [name, value]];
  };
  const of = async (name, value) => unpacked((await load(`facet/${name}`)).find((row) => row[0] === value)?.[4]);
  const answer = async (asked) => {
    const { chunks, newest } = await load("order");
    const order = unpackedOrder(newest), every = new Set(order), words = wordsOf(asked.q);
    if (!asked.q) asked.sort = asked.sort === "title" ? "title" : "";
    const tiers = words.length ? await tiersOf(words, every, chunks) : [every];
    const narrowed = async (without) => {
      if (asked.q && !words.length) return new Set();
      let found = tiers.at(-1);
      for (const name of new Set(asked.chosen.map(([facet]) => facet))) {
        if (name === without) continue;
        const values = asked.chosen.filter(([facet]) => facet === name).map(([, value]) => of(name, value));
        found = both(found, either(...await Promise.all(values)));
      }
      return found;
    };
    const found = await narrowed("");
    const count = Math.max(1, Math.ceil(found.size / PAGE)), number = Math.min(asked.number, count);
    const sort = asked.sort || (asked.q ? "relevance" : "newest");
    const pks = sort === "title" ? inOrder(unpackedOrder(await load("title")), found)
      : sort === "relevance" && words.length ? await byRelevance(tiers, found, words, order, number * PAGE)
        : inOrder(order, found);
    return { words, found, narrowed, count, number, sort, pks: pks.slice((number - 1) * PAGE, number * PAGE) };
  };

  // -------------------------------------------------------------- hits

  const marked = (text, words) => {
    const [made, spans] = align(text), pieces = [];
    let at = 0;
    const all = words.flatMap((one) => places(one, made)).sort(([a, b], [c, d]) => a - c || b - d);
    for (const [first, behind] of all) {
      const start = Math.max(spans[first][0], at), end = spans[behind - 1][1];
      if (end > at) { pieces.push([text.slice(at, start), false], [text.slice(start, end), true]); at = end; }
    }
    return [...pieces, [text.slice(at), false]].filter(([piece]) => piece);
  };
  const excerpt = (text, words) => {
    const pieces = marked(text, words);
    let first = pieces.length && !pieces[0][1] ? pieces[0][0].length : 0;
    if (first === text.length) first = 0;
    const begin = Math.max(0, first - EXCERPT), end = first + 2 * EXCERPT, cut = [];
    let at = 0;
    for (const [piece, isFound] of pieces) {
      const part = piece.slice(Math.max(0, begin - at), Math.max(0, end - at));
      at += piece.length;
      if (part) cut.push([part, isFound]);
    }
    return [...(begin ? [["…", false]] : []), ...cut, ...(end < text.length ? [["…", false]] : [])];
  };
  const hitsOf = (text, words) => {
    const counted = text.parts.map((_, n) => [words.filter((one) => isIn(one, text.folded[n])).length, n]);
    const best = counted.filter(([count]) => count).sort(([a, n], [b, m]) => b - a || n - m).slice(0, HITS);
    const found = best.map(([, n]) => ({ anchor: text.parts[n][1], pieces: excerpt(text.parts[n][2], words),
      isKeyword: text.parts[n][0] === KEYWORD }));
    const named = words.filter((one) => !text.folded.some((part) => isIn(one, part)))
      .map((one) => namedHit(text, one)).filter(Boolean);
    return [...named, ...found].slice(0, HITS);
  };
  const namedHit = (text, one) => {
    const inLabel = text.names.find(([, zh, en]) => isIn(one, fold(`${zh}\n${en}`)));
    const named = inLabel ?? text.names.find(([, , , synonyms]) => isIn(one, fold(synonyms.join("\n"))));
    if (!named) return null;
    const [anchor, zh, en, synonyms] = named, label = language === "en" ? en || zh : zh || en;
    const name = [label, zh, en, ...synonyms].find((candidate) => isIn(one, fold(candidate)));
    const shown = name === label ? label : language === "en" ? `${label} (${name})` : `${label}（${name}）`;
    return { anchor, pieces: marked(shown, [one]) };
  };

  // -------------------------------------------------------------- the page

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const hitElement = (hit, href) => {
    const text = hit.pieces.map(([piece]) => piece).join("");
    const isChinese = (text.match(/[\u3400-\u4dbf\u4e00-\u9fff]/g)?.length ?? 0) * 4 > text.length;
    const pieces = hit.pieces.map(([piece, isFound]) => (isFound ? element("mark", {}, piece) : piece));
    const link = element("a", { href: hit.anchor ? `${href}#${hit.anchor}` : href }, ...pieces);
    const kind = hit.isKeyword ? [" ", element("span", { class: "kind" }, loaded.get("messages").keyword)] : [];
    return element("li", { lang: isChinese ? "zh-Hans" : "en" }, link, ...kind);
  };
  const cardElement = async (pk, words) => {
    const holder = document.createElement("template");
    holder.innerHTML = await load(`card/${language}/${pk}`);
    const card = holder.content.firstElementChild;
    if (words.length) {
      const href = card.querySelector(".case-card__title a").getAttribute("href");
      const hits = hitsOf(await textOf(pk), words).map((hit) => hitElement(hit, href));
      const list = element("ul", { class: "hits" }, ...hits), tags = card.querySelector(".tags");
      if (hits.length) tags ? tags.before(list) : card.append(list);
    }
    return element("li", {}, card);
  };
  const labelOf = (row) => (language === "en" ? row[3] || row[2] : row[2] || row[3]);
  const words = async (asked) => {
    const found = asked.q ? [["q", `“${asked.q}”`, addressOf(asked, { q: "", sort: "" })]] : [];
    for (const [name, value] of asked.chosen) {
      const row = (await load(`facet/${name}`)).find((one) => one[0] === value);
      found.push([name, labelOf(row), addressOf(asked, { chosen: toggled(asked, name, value) })]);
    }
    return found;
  };
  const facetItems = async (asked, result, name) => {
    const rows = await load(`facet/${name}`), among = await result.narrowed(name);
    const chosen = new Set(asked.chosen.filter(([facet]) => facet === name).map(([, value]) => value));
    const byValue = new Map(rows.map((row) => [row[0], row])), opened = new Set();
    for (const value of chosen) {
      for (let up = byValue.get(value)?.[1]; up; up = byValue.get(up)?.[1]) opened.add(up);
    }
    const counts = new Map(rows.map((row) => [row[0], both(unpacked(row[4]), among).size]));
    const shown = (row) => counts.get(row[0]) || chosen.has(row[0]) || opened.has(row[0]);
    const below = (parent) => rows.filter((row) => row[1] === parent && shown(row));
    const isWhole = ["measure", "year"].includes(name) || asked.whole.includes(name);
    const value = (row) => {
      const attributes = { class: "facet__value", rel: "nofollow", "aria-label": `${labelOf(row)}: ${counts.get(row[0])}`,
        href: addressOf(asked, { chosen: toggled(asked, name, row[0]) }) };
      if (chosen.has(row[0])) attributes["aria-current"] = "true";
      const link = element("a", attributes, element("span", { class: "facet__label" }, labelOf(row)),
        element("span", { class: "facet__count" }, counts.get(row[0])));
      const children = name !== "place" || chosen.has(row[0]) || opened.has(row[0]) || asked.whole.includes(name)
        ? below(row[0]).map(value) : [];
      return element("li", {}, link, ...(children.length ? [element("ul", {}, ...children)] : []));
    };
    let top = below("");
    const all = top.length;
    if (!isWhole && top.length > VALUES) {
      const near = (row) => (chosen.has(row[0]) || opened.has(row[0]) ? 0 : 1);
      top = [...top].sort((a, b) => near(a) - near(b) || counts.get(b[0]) - counts.get(a[0])).slice(0, VALUES);
    }
    const items = top.map(value);
    if (top.length < all) {
      const every = loaded.get("messages").every.replace("{n}", all), way = addressOf(asked);
      const href = `${way.startsWith("?") ? `${way}&` : "?"}whole=${name}`;
      items.push(element("li", {}, element("a", { class: "facet__value", rel: "nofollow", href }, every)));
    }
    return items;
  };
  // A facet is counted when it is opened: counting all would cost more than the rest of a search.
  const facetElement = async (asked, result, name, label, isFirst) => {
    const list = element("ul"), heading = element("h2", { class: "facet__name" }, label);
    const details = element("details", { class: "facet" }, element("summary", {}, heading), list);
    const fill = async () => list.replaceChildren(...await facetItems(asked, result, name));
    details.open = isFirst || asked.chosen.some(([facet]) => facet === name);
    if (details.open) await fill();
    else details.addEventListener("toggle", fill, { once: true });
    return details;
  };
  const showFacets = async (asked, result) => {
    const fold = document.querySelector(".facets__fold");
    if (!fold) return;
    const facets = Object.entries(loaded.get("messages").facets);
    const made = await Promise.all(facets.map(([name, label], n) => facetElement(asked, result, name, label, !n)));
    fold.replaceChildren(fold.querySelector("summary"), ...made);
  };
  const chipsElement = (said, texts) => {
    const chip = ([, label, href]) => element("li", {}, element("a", { class: "chip", rel: "nofollow", href }, label,
      element("span", { "aria-hidden": "true" }, " ×"), element("span", { class: "visually-hidden" }, ` ${texts.remove}`)));
    const clear = element("a", { class: "chips__clear", href: location.pathname.split("/").at(-1) }, texts.clear);
    return element("div", { class: "chips" }, element("h2", { class: "visually-hidden" }, texts.chosen),
      element("ul", {}, ...said.map(chip), element("li", {}, clear)));
  };
  const sortsElement = (asked, result, texts) => {
    const offered = Object.entries(texts.sorts).filter(([name]) => asked.q || name !== "relevance");
    const usual = asked.q ? "relevance" : "newest";
    const items = offered.map(([name, label]) => element("li", {}, element("a", { rel: "nofollow",
      href: addressOf(asked, { sort: name === usual ? "" : name }),
      ...(name === result.sort ? { "aria-current": "true" } : {}) }, label)));
    return element("nav", { class: "sorts" }, element("ul", {}, ...items));
  };
  const pagerElement = (asked, result, texts) => {
    const link = (rel, number) => element("a", { rel, href: addressOf(asked, { number }) }, rel === "prev" ? texts.previous : texts.next);
    const said = texts.page.replace("{n}", result.number).replace("{count}", result.count);
    return element("nav", { class: "pager", "aria-label": texts.pages },
      ...(result.number > 1 ? [link("prev", result.number - 1)] : []), element("span", {}, said),
      ...(result.number < result.count ? [link("next", result.number + 1)] : []));
  };
  const show = async () => {
    const texts = await load("messages", `messages.${language}`);
    const results = document.querySelector(".results"), heading = document.querySelector("h1");
    results.setAttribute("aria-busy", "true");
    const asked = await read(new URLSearchParams(location.search));
    useTable(asked.q ? await load("folding") : {});
    const result = await answer(asked), said = await words(asked);
    const named = said.map(([, label]) => label).join(texts.between);
    heading.textContent = named ? texts.heading + named : texts.title;
    document.title = [...said.map(([, label]) => label), document.title].join(" · ");
    for (const box of document.querySelectorAll(".search input[name=q]")) box.value = asked.q;
    const form = document.querySelector(".search .search__row");
    form?.querySelectorAll("input[type=hidden]").forEach((one) => one.remove());
    form?.append(...asked.chosen.map(([name, value]) => element("input", { type: "hidden", name, value })));
    for (const link of document.querySelectorAll(".site-header__choices a")) link.search = location.search;
    document.querySelector(".chips")?.remove();
    if (said.length) document.querySelector(".with-facets").before(chipsElement(said, texts));
    const size = result.found.size;
    const title = element("h2", { id: "results-title" }, texts.cases[size === 1 ? 0 : 1].replace("{n}", size));
    const cards = await Promise.all(result.pks.map((pk) => cardElement(pk, result.words)));
    const none = element("div", { class: "empty" },
      element("p", {}, asked.q ? texts.none.replace("{words}", () => asked.q) : texts.nothing),
      ...(asked.q ? [element("p", {}, texts.near)] : []),
      element("p", {}, element("a", { href: location.pathname.split("/").at(-1) }, texts.all)));
    results.replaceChildren(
      element("div", { class: "results__head" }, title, ...(size ? [sortsElement(asked, result, texts)] : [])),
      size ? element("ul", { class: "cards cards--list" }, ...cards) : none,
      ...(result.count > 1 ? [pagerElement(asked, result, texts)] : []));
    results.removeAttribute("aria-busy");
    await showFacets(asked, result);
    document.documentElement.dataset.searched = "";
  };
  window.caselibSearch = async (query) => {
    const asked = await read(new URLSearchParams(query));
    useTable(asked.q ? await load("folding") : {});
    const result = await answer(asked);
    return { total: result.found.size, slugs: (await Promise.all(result.pks.map(textOf))).map(({ slug }) => slug) };
  };

  if (new URLSearchParams(location.search).size) {
    show().catch(() => {
      const { failed } = loaded.get("messages") ?? {};
      const results = document.querySelector(".results");
      results.removeAttribute("aria-busy");
      results.prepend(element("p", { class: "empty" }, failed ?? "The index could not be read."));
    });
  }
})();
