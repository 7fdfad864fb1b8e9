"""Texts that are script wherever a page forgets to escape them, and what notices that they are.

Each calls `hit()`, asks the server for `hit.js`, or makes an element with `data-hit`.
"""

TINY = "<b data-hit>"  # 12 characters
SHORT = "<svg onload=hit()>"  # 18
LOUD = [
    "<script>hit()</script>",
    '"><img src=x onerror=hit()>',
    "</script><script>hit()</script>",
    "'><img src=x onerror=hit()>",
    '" autofocus onfocus="hit()" data-hit="',
    "' autofocus onfocus='hit()' data-hit='",
    "</title></textarea></style><svg onload=hit()>",
    "--></noscript><svg onload=hit()>",
    "<a data-hit href=javascript:hit()>灯</a>",
    "<iframe srcdoc='<script>hit()</script>'></iframe>",
    "<script src=/hit.js></script>",
    "<link rel=stylesheet href=/hit.js>",
    "<style data-hit>*{display:none}</style>",
    "]]><script xmlns='http://www.w3.org/1999/xhtml'>hit()</script>",
    "<svg><script>hit()</script></svg>",
    "<svg><foreignObject><img src=x onerror=hit()></foreignObject></svg>",
    "<math><mtext></mtext><img src=x onerror=hit()></math>",
    "<details open ontoggle=hit()>",
    "<form data-hit action=javascript:hit()>",
    "<meta http-equiv=refresh content='0;url=/hit.js'>",
    "<base data-hit href=/hit.js/>",
    "<img src=x onerror=hit() alt='שלום'>",
    '";hit();//',
    "';hit();//",
    "`${hit()}`",
    "javascript:hit()",
]
# These do nothing where a page prints them as they are: they are for a program that unescapes them,
# for a spreadsheet, for other languages of templates.
SILENT = [
    "&lt;img src=x onerror=hit()&gt;",
    "&#60;img src=x onerror=hit()&#62;",
    "\\u003cimg src=x onerror=hit()\\u003e",
    "\\x3cimg src=x onerror=hit()\\x3e",
    "{{hit()}}{% hit %}${hit()}",
    '=HYPERLINK("javascript:hit()","灯")',
    "[x](javascript:hit())",
]
PAYLOADS = [*LOUD, *SILENT]

# Before anything of a page or its frames: what was executed, and what the policy refused.
LISTEN = """
window.hit = () => console.error("HIT executed");
addEventListener("securitypolicyviolation", (event) =>
  console.error(`HIT refused: ${event.effectiveDirective} ${event.blockedURI}`));
"""
# What stands in the page and none of our templates writes.
LOOK = """() => {
  const wrong = [];
  const executable = /^$|javascript|module|ecmascript/;
  for (const element of document.querySelectorAll("*")) {
    const tag = element.localName;
    if (["iframe", "object", "embed", "base"].includes(tag)) wrong.push(tag);
    if (tag === "script" && !element.src && executable.test(element.type)) wrong.push(tag);
    for (const { name, value } of element.attributes) {
      const isAddress = /^(xlink:)?(href|src|action|formaction)$/.test(name);
      const isProgram = /^\\s*(javascript|vbscript):/i.test(value)
        || (tag !== "img" && value.startsWith("data:"));
      if (name.startsWith("on") || ["data-hit", "srcdoc"].includes(name)
        || (isAddress && (isProgram || value.startsWith("/hit.js"))))
        wrong.push(`${tag} ${name}=${value.slice(0, 80)}`);
    }
  }
  return wrong;
}"""
