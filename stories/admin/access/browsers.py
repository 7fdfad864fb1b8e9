"""The browser name of a session, such as "Firefox, Linux"; the full user agent is not stored."""

# The first match counts: most user agents name other browsers besides their own.
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
    """Browser and system, such as `Firefox, Linux`; without those that are unknown."""
    found = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return ", ".join(filter(None, found))


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in names.items() if mark in user_agent), "")
