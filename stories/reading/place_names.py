"""Proposes English names of administrative divisions from their Chinese ones. Pure.

Pinyin plus a word for the kind of place; names for which this is likely wrong are flagged. An
editor confirms or corrects each.
"""

import re
from dataclasses import dataclass

from pypinyin import lazy_pinyin

# Names whose usual English form differs from pinyin: exonyms, names from Mongolian, Tibetan, Uyghur
# and Kazakh, and characters with another reading in this name.
# Source: for Mongolian, Tibetan and Uyghur names 中国地名汉语拼音字母拼写规则（少数民族语地名）, as
# on maps of the Ministry of Civil Affairs, without diacritics; for the rest common use, 2026-11.
KNOWN = {
    **{"内蒙古自治区": "Inner Mongolia", "陕西": "Shaanxi", "西藏自治区": "Tibet", "漯河": "Luohe"},
    **{"广西壮族自治区": "Guangxi", "宁夏回族自治区": "Ningxia", "新疆维吾尔自治区": "Xinjiang"},
    **{"神农架林区": "Shennongjia Forestry District", "六枝特区": "Liuzhi Special District"},
    **{"香格里拉": "Shangri-La", "马尔康": "Barkam", "万柏林": "Wanbailin", "芒市": "Mangshi"},
    **{
        "香港": "Hong Kong",
        "澳门": "Macao",
        "哈尔滨": "Harbin",
        "齐齐哈尔": "Qiqihar",
        "呼和浩特": "Hohhot",
    },
    **{"鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "巴彦淖尔": "Bayannur"},
    **{"乌兰察布": "Ulanqab", "兴安盟": "Hinggan League", "锡林郭勒": "Xilingol"},
    **{"阿拉善": "Alxa", "拉萨": "Lhasa", "日喀则": "Shigatse", "昌都": "Qamdo"},
    **{"林芝": "Nyingchi", "那曲": "Nagqu", "阿里地区": "Ngari Prefecture"},
    **{"乌鲁木齐": "Urumqi", "克拉玛依": "Karamay", "吐鲁番": "Turpan", "阿克苏": "Aksu"},
    **{"喀什": "Kashgar", "和田": "Hotan", "伊犁": "Ili", "阿勒泰": "Altay", "博尔塔拉": "Bortala"},
    **{"巴音郭楞": "Bayingolin", "克孜勒苏": "Kizilsu", "阿坝": "Ngawa", "甘孜": "Garze"},
    **{"果洛": "Golog", "满洲里": "Manzhouli", "二连浩特": "Erenhot", "锡林浩特": "Xilinhot"},
    **{"乌兰浩特": "Ulanhot", "海拉尔": "Hailar", "伊宁": "Yining", "库尔勒": "Korla"},
    **{"石河子": "Shihezi", "格尔木": "Golmud", "达拉特": "Dalad", "准格尔": "Jungar"},
    **{"六安": "Lu’an", "六合": "Luhe", "东阿": "Dong’e", "单县": "Shanxian County"},
    **{"蔚县": "Yuxian County", "乐清": "Yueqing", "乐亭": "Laoting", "乐陵": "Laoling"},
    **{"洪洞": "Hongtong", "铅山": "Yanshan", "浚县": "Xunxian County", "泌阳": "Biyang"},
    **{"莘县": "Shenxian County", "尉犁": "Yuli", "荥经": "Yingjing", "大埔": "Dabu"},
    **{"涡阳": "Guoyang", "大城": "Daicheng", "长子": "Zhangzi", "吴堡": "Wubu"},
    **{"宕昌": "Tanchang", "覃塘": "Qintang", "渑池": "Mianchi", "穆棱": "Muling"},
    **{"繁峙": "Fanshi", "犍为": "Qianwei", "黄陂": "Huangpi", "番禺": "Panyu", "柞水": "Zhashui"},
    **{"牟平": "Muping", "中牟": "Zhongmu", "枞阳": "Zongyang", "蚌埠": "Bengbu"},
    **{"任丘": "Renqiu", "任县": "Renxian County", "任城": "Rencheng", "任泽": "Renze"},
    **{"冠县": "Guanxian County", "盖州": "Gaizhou", "筠连": "Junlian", "珲春": "Hunchun"},
    **{"什邡": "Shifang", "闵行": "Minhang", "曾都": "Zengdu", "泊头": "Botou"},
}
PEOPLES = {
    **{"回族": "Hui", "满族": "Manchu", "蒙古族": "Mongol", "蒙古": "Mongol", "壮族": "Zhuang"},
    **{
        "苗族": "Miao",
        "侗族": "Dong",
        "瑶族": "Yao",
        "彝族": "Yi",
        "土家族": "Tujia",
        "黎族": "Li",
    },
    **{"藏族": "Tibetan", "羌族": "Qiang", "哈尼族": "Hani", "傣族": "Dai", "拉祜族": "Lahu"},
    **{"佤族": "Wa", "布朗族": "Blang", "白族": "Bai", "普米族": "Pumi", "纳西族": "Naxi"},
    **{"傈僳族": "Lisu", "独龙族": "Derung", "怒族": "Nu", "畲族": "She", "仡佬族": "Gelao"},
    **{"布依族": "Buyei", "水族": "Sui", "毛南族": "Maonan", "仫佬族": "Mulao", "土族": "Tu"},
    **{"东乡族": "Dongxiang", "保安族": "Bonan", "撒拉族": "Salar", "裕固族": "Yugur"},
    **{"哈萨克族": "Kazakh", "哈萨克": "Kazakh", "塔吉克": "Tajik", "锡伯": "Xibe"},
    **{"朝鲜族": "Korean", "达斡尔族": "Daur", "鄂温克族": "Evenk", "景颇族": "Jingpo"},
    **{"柯尔克孜": "Kyrgyz", "维吾尔": "Uyghur"},
}
KINDS = {
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "地区": "Prefecture",
    "新区": "New Area",
    "区": "District",
    "县": "County",
    "旗": "Banner",
    "盟": "League",
    "市": "",
    "省": "",
    "特别行政区": "",
}
# Below the county: ending of a name → English word.
KINDS_BELOW = {
    "街道": "Subdistrict",
    "镇": "Town",
    "乡": "Township",
    "苏木": "Sumu",
    "社区": "Community",
    "嘎查": "Gacha",
    "村": "Village",
    "小区": "Residential Estate",
}
# Provinces, and prefectures of others, whose names come from languages other than Chinese.
_OTHER_LANGUAGES = ("15", "54", "63", "65", "2224", "5132", "5133", "5328", "5331", "5334", "6230")
# Characters with a fixed reading in place names, whatever it is elsewhere; and characters that have
# both readings in such names.
_IN_PLACES = {
    "都": "du",
    "长": "chang",
    "朝": "chao",
    "乐": "le",
    "会": "hui",
    "台": "tai",
    "射": "she",
}
_DOUBTFUL = frozenset("行曾泊盛番陂埔堡洪颍单盖任尉解厦莘荥浚蔚涡")
_KIND = re.compile(rf"({'|'.join(sorted(KINDS, key=len, reverse=True))})$")
_PEOPLES = re.compile(rf"((?:{'|'.join(sorted(PEOPLES, key=len, reverse=True))})+)$")
_PEOPLE = re.compile("|".join(sorted(PEOPLES, key=len, reverse=True)))


@dataclass(frozen=True)
class EnglishName:
    """`is_sure`: neither a second reading of a character nor another language makes the pinyin
    doubtful.
    """

    text: str
    is_sure: bool


def english(code: str, name: str) -> EnglishName:
    """230108 平房区 → Pingfang District; 620422 会宁县 → Huining County, not sure."""
    if known := KNOWN.get(name):
        return EnglishName(known, True)
    found = _KIND.search(name)
    kind = found.group(1) if found else ""
    stem = name.removesuffix(kind)
    peoples: list[str] = []
    if kind.startswith("自治") and (named := _PEOPLES.search(stem)):
        stem = stem.removesuffix(named.group(1))
        peoples = [PEOPLES[people] for people in _PEOPLE.findall(named.group(1))]
    known = KNOWN.get(stem)
    spelled = known or _spelled(stem if len(stem) > 1 or kind not in ("县", "区") else name)
    words = [spelled, _joined(peoples), KINDS[kind] if kind else ""]
    is_sure = bool(known) or (not code.startswith(_OTHER_LANGUAGES) and _DOUBTFUL.isdisjoint(stem))
    return EnglishName(" ".join(word for word in words if word), is_sure)


def stem_below(name: str) -> tuple[str, str]:
    """新城街道 → 新城, 街道; "" if the kind is unknown, or nothing else is left."""
    kinds = sorted(KINDS_BELOW, key=len, reverse=True)
    kind = next((k for k in kinds if name.endswith(k) and len(name) > len(k)), "")
    return name.removesuffix(kind), kind


def english_below(name: str) -> str:
    """A proposal for a place below the county: 育才社区 → Yucai Community."""
    stem, kind = stem_below(name)
    return " ".join(word for word in (_spelled(stem), KINDS_BELOW.get(kind, "")) if word)


def _spelled(text: str) -> str:
    """西安 → Xi’an."""
    syllables = lazy_pinyin(text, v_to_u=True)
    if len(syllables) == len(text):  # else there are letters or digits between the characters
        syllables = [_IN_PLACES.get(c, read) for c, read in zip(text, syllables, strict=True)]
    parts = [s if n == 0 or s[0] not in "aoe" else f"’{s}" for n, s in enumerate(syllables)]
    return "".join(parts).capitalize()


def _joined(peoples: list[str]) -> str:
    return " and ".join([", ".join(peoples[:-1]), peoples[-1]] if peoples[1:] else peoples)
