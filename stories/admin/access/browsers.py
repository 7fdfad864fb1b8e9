"""The browser of a session in plain words: two names, and nothing else of what it sends."""

# The first that is found counts: most browsers name others besides themselves.
# Source: MDN, "Browser detection using the user agent string", read 2026-11
BROWSERS = {
    "MicroMessenger/": "WeChat",
    "QQBrowser/": "QQ Browser",
    "HuaweiBrowser/": "Huawei Browser",
    "SamsungBrowser/": "Samsung Internet",
    "OPR/": "Opera",
    "Edg": "Edge",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chromium/": "Chromium",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "OpenHarmony": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def name(user_agent: str) -> str:
    """Such as `Firefox, Linux`; "" where neither is known."""
    found = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(filter(None, found))


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")
