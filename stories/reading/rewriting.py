"""Detects texts that a program has spun, or has converted into another script. Pure.

A sign is a word that people hardly ever write, with the word that it replaces. One sign proves
nothing: several different ones are needed.
"""

# Sources: the article of the shipped case pingfangqu, which a synonym spinner has rewritten, the
# usual replacements of such programs, and pages converted character by character, read 2026-11.

from dataclasses import dataclass

SIGNS_OF_REWRITING = 3  # different ones; real prose may have one by chance
SIGNS_OF_CONVERSION = 2
# Words of spinners → the words of official language that they replace, in simplified script.
_REWRITTEN = dict(
    pair.split(">")
    for pair in """
    党安排>党组织 社会安排>社会组织 安排部分>组织部门 安排生活会>组织生活会 大街党工委>街道党工委
    大街就事处>街道办事处 就事处>办事处 就事大厅>办事大厅 赤色文明>红色文化 赤色文化>红色文化
    赤色基因>红色基因 赤色引擎>红色引擎 赤色物业>红色物业 赤色力气>红色力量 赤色光源>红色光源
    赤色阵地>红色阵地 赤色管家>红色管家 精力文明>精神文明 文明城市建造>文明城市建设
    社区建造>社区建设 党的建造>党的建设 基层建造>基层建设 才能建造>能力建设 根底设备>基础设施
    根底设施>基础设施 夯实根底>夯实基础 归纳治理>综合治理 归纳整治>综合整治 归纳法律>综合执法
    便民效劳>便民服务 志愿效劳>志愿服务 公共效劳>公共服务 效劳中心>服务中心 物业办理>物业管理
    网格办理>网格管理 社会办理>社会管理 城市办理>城市管理 经济开展>经济发展 高质量开展>高质量发展
    惠民方针>惠民政策 优惠方针>优惠政策 扶持方针>扶持政策 整治举动>整治行动 专项举动>专项行动
    举动计划>行动计划 安全出产>安全生产 出产日子>生产生活 日子垃圾>生活垃圾 日子环境>生活环境
    日子水平>生活水平 日子质量>生活质量 日子条件>生活条件 首要领导>主要领导 首要负责人>主要负责人
    党员大众>党员群众 居民大众>居民群众 广大大众>广大群众 基层大众>基层群众 社区大众>社区群众
    大众满意度>群众满意度 宣扬教育>宣传教育 方针宣扬>政策宣传 立异开展>创新发展 科技立异>科技创新
    立异方法>创新方式 技能立异>技术创新 处理难题>解决难题 充沛发挥>充分发挥 充沛运用>充分运用
    充沛了解>充分了解 充沛调集>充分调动 调集活跃性>调动积极性 活跃参加>积极参与 活跃探究>积极探索
    深化展开>深入开展 有用处理>有效解决 有用进步>有效提高 有用推进>有效推进 最终一公里>最后一公里
    底子无法>根本无法 旗直部分>旗直部门 市直部分>市直部门 区直部分>区直部门 县直部分>县直部门
    社会力气>社会力量 力气下沉>力量下沉 与此一起>与此同时 归纳服务>综合服务
    """.split()
)
# Words converted character by character → the correct words in traditional script.
_CONVERTED = dict(
    pair.split(">")
    for pair in """
    方麵>方面 全麵>全面 麵對>面對 麵臨>面臨 麵積>面積 上麵>上面 下麵>下面 裏麵>裏面 路麵>路面
    公裏>公里 公裡>公里 鄰裡>鄰里 鄰裏>鄰里 裏程>里程 裡程>里程 製度>制度 隻有>只有 隻要>只要
    隻是>只是 誌願>志願 同誌>同志 髮展>發展 開髮>開發 幹淨>乾淨 皇後>皇后 太後>太后 曆史>歷史
    係統>系統 體係>體系 係列>系列 恢複>恢復 複興>復興 複工>復工 回複>回復 反複>反復 鬆樹>松樹
    準許>准許 批準>批准 衝洗>沖洗
    """.split()
)


@dataclass(frozen=True)
class Sign:
    """The word `printed` in the text most likely replaces `meant`."""

    printed: str
    meant: str


def signs_of_rewriting(simplified: str) -> list[Sign]:
    """The signs in a text in simplified script, the most frequent first; [] if there are fewer than
    SIGNS_OF_REWRITING."""
    return _found(simplified, _REWRITTEN, SIGNS_OF_REWRITING)


def signs_of_conversion(text: str) -> list[Sign]:
    """The signs in a text as it is printed, the most frequent first; [] if there are fewer than
    SIGNS_OF_CONVERSION."""
    return _found(text, _CONVERTED, SIGNS_OF_CONVERSION)


def _found(text: str, known: dict[str, str], least: int) -> list[Sign]:
    counts = {printed: text.count(printed) for printed in known}
    # 就事处 within 大街就事处 is one sign.
    found = [
        printed
        for printed in counts
        if counts[printed]
        and not any(printed != longer and printed in longer and counts[longer] for longer in counts)
    ]
    if len(found) < least:
        return []
    found.sort(key=lambda printed: -counts[printed])
    return [Sign(printed, known[printed]) for printed in found]
