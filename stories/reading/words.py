"""Words with numeral characters that count nothing, and names that contain numbers. Pure.

The lists are closed. A word needs no account; a name is no quantity, but its numeral must be
accounted for.
"""

import re
from pathlib import Path

from stories.reading.numbers import ARABIC, CHINESE

# Source: jieba 0.42.1 (MIT licence), dict.txt: the entries tagged i (set phrase) that contain a
# numeral, of frequency 3 or more, without those that do count something; read 2026-11.
_IDIOMS = Path(__file__).with_name("idioms.txt").read_text(encoding="utf-8").split()
# Source: the same dictionary, chosen from its entries of other tags, read 2026-11. Brackets hold a
# lookahead, positive or negative: 四处奔走 is a word, but four places are 四处.
_WORDS = (
    "统一 唯一 单一 同一 一致 一般 百姓 百货 百科 百分制 百般 百合 百灵 百叶窗 百家姓 百日咳 "
    "五金 五官 五谷 五行(?!人) 五香 五彩 五线谱 五花肉 五角星 五湖四海 七夕 七彩 "
    "三角 三峡 三轮(?=车) 三伏 三餐 三思 三维 三级跳 三明治 三文鱼 三叶草 三甲(?=医院) "
    "三资(?=企业) "
    "一起 一样 一些 一直 一定 一下 一边 一旦 一切 一向 一路 一面 一手 一体 一口气 一把手 一流 "
    "一方面 一系列 一律 一再 一贯 一头 一度(?!电) 一心 一带 一线 进一步 "
    "七上八下 十全十美 十有八九 三番五次 接二连三 一五一十 一条龙 "
    "九牛一毛 百里挑一 十里八村 三五成群 三三两两 零上(?=[\\d一二三四五六七八九十]) "
    "三位一体 三步走 三言两语 三教九流 三长两短 三废 三公(?=经费|消费) 再三 "
    "四周 四季(?!度) 四肢 四通 四溅 四散 四邻 四环素 四合院 四世同堂 "
    "四处(?=[奔打走张寻看可乱散飘停漏求]) "
    "八卦 八字 八方 八仙 八宝 八成(?=是|会) 九霄 九泉 九宫格 "
    "十足 十全 十字(?=路|街|绣|架) 十字路口 十字街头 红十字 十佳(?!的) 二维码 二手 二胡 二流 "
    "二话 二老 "
    "二甲(?=医院) 二重奏 二人转 二等(?=[奖功]) 三等(?=[奖功]) "
    "两侧 两岸 两旁 两边 两端 两极 两性 两栖 两级 两翼 两难 两样 两口子 老两口 小两口 两用 "
    "两手抓 两厢 "
    "两回事 两码事 两头(?=跑|忙|为难) 两会(?![议场所]) 两委(?!员|托) "
    "三无(?=小区|楼|院|人员|老人|社区|产品|居民|对象) 三农(?!户) 五保(?=户|老人|对象|供养) "
    "千万(?=别|不|要) 千层 千斤顶 万能 万物 万事 万象 万岁 万般 万分(?!之) 万花筒 万年青 万众 亿万 "
    "零星 零碎 零散 零售 零食 零件 零配件 零钱 零工 零活 零乱 零落 零时 归零 清零"
).split()
# Terms of community work that the dictionary lacks: a list of our own, 2026-11.
_TERMS = (
    "三社联动 五社联动 三留守 两新(?=组织|党|工委) 两代表一委员 两优一先 三会一课 一户一策 "
    "一老一小 "
    "三供一业 三包 四害 三高(?=人群) 两癌 两违 两非 五小(?=行业|场所) 七小(?=场所) 九小(?=场所) "
    "三不管 四议两公开 五老(?=人员|志愿|队伍) 三代同堂 两代人 三方(?!面) 四方(?!面) "
    "两不误 零距离 零容忍 零跑腿 第一时间 第一书记"
).split()
# Source: GB/T 2260, names of provinces, prefectures and counties that contain a numeral, chosen by
# frequency, read 2026-11.
_PLACES = (
    "四川 四平 三明 三亚 三沙 三门峡 九江 六安 六盘水 六合 十堰 百色 万宁 万州 五指山 五家渠 "
    "七台河 "
    "八公山 九龙坡 九寨沟 三河市 三水区 四会市 五华区 千阳 万年县 万载 二连浩特 七里河 八步区"
).split()


def _by_first_letter(words: list[str]) -> str:
    """An alternation that tries only the words with the character at hand, longer ones first."""
    groups: dict[str, list[str]] = {}
    for word in sorted(set(words), key=len, reverse=True):
        groups.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in groups.items())


_word = re.compile(
    f"(?<!第)(?:{_by_first_letter(_IDIOMS)})"
    rf"|(?<!{CHINESE})(?:{_by_first_letter([*_WORDS, *_TERMS, *_PLACES])})"
    "|一[户人店楼栋村社网格街路岗][一][策档码册表图品站门牌]"
    rf"|(?<!{CHINESE})(?:十分(?![钟之])|万一(?!{CHINESE}))"
)
_DIGITS = "[〇零一二三四五六七八九十]"
# Ordinals and names, recognized by their context.
_MODELS = "模式|工作法|机制|工程|行动|体系|计划|战略|展馆|晚会"
_FESTIVALS = "五一|六一|七一|八一|三八|五四|双十一|双11|十一(?=长假|黄金周|假期|期间|国庆)"
_OF_FESTIVALS = '["”节路街大小国建劳儿妇青长黄假期前]'
_MANY = "{1,12}"  # numerals in a row; without a bound a long paragraph takes quadratic time
_HOUR = rf"(?:\d{{1,2}}|{_DIGITS}{_MANY})"
_PARTS_OF_DAY = "上午|下午|早上|晚上|凌晨|中午|傍晚|每晚|清晨"
_NAMES = (
    # 第十三届, 第1至3批
    rf"第(?:{ARABIC}|{CHINESE}{_MANY})(?:[—~至到、-](?:{ARABIC}|{CHINESE}{_MANY}))*",
    rf"(?:\d+[—~至到、-]){{0,20}}(?:{ARABIC}|{CHINESE}{_MANY})号(?![人家称召])",  # 38号楼, 3号线
    rf"(?:\d+|{_DIGITS}{_MANY})年级|{_DIGITS}{_MANY}个一(?![个名位户家])",  # 三年级, 四个一
    r"(?:周|星期|礼拜)[一二三四五六日天](?![个次天场小家人户名期轮节回])",
    # Days and years of the calendar; 5月 alone may be five months.
    r"(?:1[89]|2[01])\d\d年(?:度|\d{1,2}月(?:\d{1,2}[日号])?)?|\d{1,2}月(?:\d{1,2}[日号]|份)",
    "[一二][〇零一二三四五六七八九]{3}年",
    rf"(?:\d+|{_DIGITS}{_MANY})(?:星?级(?!台)|楼(?![栋幢道宇]))",  # 三级网格, 五星级, 三楼
    r"\d{2,3}(?=国道|省道|县道|乡道)|\d{1,2}·\d{1,2}|双1[12]",  # 312国道, 3·15, 双11
    rf"(?<=\")(?:\d+|{_DIGITS}{_MANY})(?=[\u4e00-\u9fff]{{0,6}}\")",  # “365”工作法, “三长”制
    r"\d+[栋幢]\d+单元(?:\d+室)?|(?<!\d)\d{3,4}室|\d+路(?=公交|车)",
    r"(?<!\d)0\d{2,3}-\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)",  # telephones
    r"(?<!\d)\d{3,6}(?=热线|报警|急救|便民|政务|服务热|平台)",
    r"(?:热线|电话|拨打|致电|微信号|尾号|编号|邮编)[:为]?\d[\d-]+",
    r"(?<![\d.])\d+(?:\.\d+)?[GDSKA](?![A-Za-z0-9])",  # 5G, 3D, 4S店, 4K
    r"(?<![A-Za-z\d])(?!RMB|k?m[23](?!\d))[A-Za-z]+-?\d+(?:\.\d+)*(?![\d.]*元)",  # PM2.5, V2, G60
    r"\d+(?:\+(?:\d+|[NnXx]))+|\d+(?:\.\d+)?(?:版|时代)",  # 1+3+N, 2.0版
    rf"(?:(?<!\d)\d+|{_DIGITS}{_MANY})(?=大?(?:{_MODELS}))",  # 321模式, 五大工程
    rf"{_DIGITS}{{1,3}}(?=路(?![灯口径人面段])|街(?![道区坊镇巷])|马路|巷(?![道口子])|弄|胡同)",
    rf"(?:{_FESTIVALS})(?={_OF_FESTIVALS})",
    r"十[一二三四五]五(?=[\"”规时期末收开])",  # 十四五规划
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}",
    r"(?<!\d)(?:\d[05]|[五六七八九零][零五])后(?![面续期台勤来])",  # 90后
    # Hours of the day; 1:30 may be a ratio.
    r"(?<![\d:])(?!1:\d\d(?!\d))\d{1,2}:[0-5]\d(?![\d:])(?:-\d{1,2}:\d\d)?",
    rf"(?:{_PARTS_OF_DAY}){_HOUR}[点时](?:\d+分|半|{_DIGITS}{_MANY}分)?",
    rf"{_HOUR}[点时](?:\d{{1,2}}分|半(?!小)|{_DIGITS}{_MANY}分(?!之)|许|整|钟)",
    r"(?<!\d)\d{1,2}时(?=[许整,至]|$)",
)
_name = re.compile("|".join(_NAMES))


def without_words(text: str) -> str:
    """The text with the words that count nothing blanked out, of the same length."""
    return _blanked(_word, text)


def without_names(text: str) -> str:
    """The text with names and ordinals blanked out, of the same length."""
    return _blanked(_name, text)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: "\0" * len(match.group()), text)
