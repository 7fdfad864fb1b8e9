"""Everyday language in queries: phrases that only ask, and synonyms. Pure.

Synonyms of vocabulary terms are stored with the term; those here belong to none.
"""

import re
from collections.abc import Iterable

# Phrases of asking and politeness; a phrase before its own beginnings.
_ASKING = re.compile(
    "|".join(
        "怎么办理 怎么解决 怎么处理 怎么办 怎么治理 怎么改造 怎么做 "
        "怎么管 怎么样 怎样才能 怎么 怎样 如何解决 如何治理 如何处理 "
        "如何 为什么 为何 是什么 有什么 什么时候 什么 哪些 哪里 哪儿 "
        "哪个 哪 有没有 能不能 可不可以 是不是 是否 能否 多少钱 "
        "花了多少 用了多少 多少 几个 谁来 谁 请问 想知道 想了解 我想 "
        "我们 我家 咱们 他们 你们 别的地方 其他地方 地方上 做法 办法 "
        "经验 案例 例子 好的 可以 应该 需要 解决了 解决 一下 一个 "
        "一些 这个 那个 这里 那里 社区里 小区里".split()
    )
)
# Characters without a subject of their own.
PARTICLES = frozenset(
    "的了吗呢吧啊呀么着过是在有和与及或也都就才又还很太更最把被让给对向从到由于以为之其该此这那个些"
    "上下里中外前后不没无未要会能可想去来做办搞弄用会得地所等人我你他她它们谁啥多少大小老总真好"
)
# Words that apply to every case of this library.
GENERIC = frozenset(
    "社区 小区 居民 街道 问题 服务 工作 自己 群众 事 community communities resident residents "
    "local problem problems help".split()
)
# Each line is a group of near-synonyms; a word may be in several.
_ALIKE = [
    line.split()
    for line in """
    晚上 夜里 夜间 夜晚 晚间 天黑
    太黑 黑暗 漆黑 昏暗 黑灯瞎火 摸黑 黑漆漆 没有灯 没灯 灯光不足
    路灯 照明 灯具 太阳能灯
    电动车 电瓶车 电动自行车 非机动车 电单车 电驴 小电驴
    自行车 非机动车 单车
    停放 停车 存放 停车位 车位 车棚 停
    没地方停 停车位 车位 没处停 停放
    堆放 乱堆 堆 占用 堵塞 塞满 堵
    楼道 楼梯间 楼梯 单元门 过道
    老人 老年人 老年 高龄 老头 老太太 长者 空巢
    孩子 儿童 小孩 小朋友 留守儿童 学生
    妇女 女性
    残疾人 残障 助残 残疾
    穷 贫困 困难 低保 困难群众
    停水 缺水 没水 断水 水压 供水 水小 增压泵 供水不足
    顶楼 高楼层 高层 楼上 顶层
    漏水 漏雨 渗水
    暖气 供暖 供热 集中供热 取暖 冷
    修路 硬化 铺路 修补 路面 道路
    坑洼 坑坑洼洼 破损 不平 路面 烂路 土路 泥路
    垃圾 脏 脏乱 卫生 保洁 打扫 清运
    噪音 噪声 扰民 吵
    油烟 烟味
    小广告 牛皮癣 野广告
    树 树木 绿化 修剪 遮挡 采光
    挡光 挡住 遮住 阳光 遮挡 采光 遮光
    邻居 邻里 街坊
    互相 互助 帮忙 互帮
    挣钱 赚钱 增收 创收 就业
    买东西 购物 买菜 消费 商户
    不方便 不便 便民 方便
    手艺 技艺 工艺 非遗 传承
    出钱 集资 自筹 筹资 筹集 资金
    人手 人员 不够 不足 缺乏
    玩 娱乐 活动 儿童乐园
    放学 课后 托管
    采纳 采用 建议 提议
    考核 考评 评比 评价
    房子 楼房 房屋 旧楼 老旧小区
    旧楼 老楼 老房子 老旧楼房 老旧小区
    电线 线缆 线路 飞线 电缆
    充电 飞线充电 充电桩 充电棚
    开会 议事 协商 商量 讨论 圆桌 决策
    业主 居民 业委会
    物业 物业管理 无物业
    干部 官员 第一书记 公务员 下沉干部 党员干部
    志愿者 志愿服务 义工 志愿
    看病 义诊 医疗 健康 眼科
    打疫苗 疫苗 接种 疫情 新冠
    培训 学习 上课 课程 技能
    唱歌 跳舞 文艺 合唱 活动
    晾晒 晾衣 晒衣服 晒被子 晾衣杆
    健身 锻炼 运动 广场
    摆摊 占道 摊贩 摊点 流动经营
    菜市场 农贸市场 菜场 集贸市场
    商户 小店 门店 店铺 商家 商店
    优惠 打折 消费券 优惠券 消费卡
    钱 资金 经费 花费 费用 投入
    监控 摄像头 人脸识别 刷脸 门禁
    检查 督导 巡查 考核 通报
    投诉 诉求 意见 反映 难题
    不满意 不满 抱怨 意见
    办公 办公用房 用房 场所
    网格 网格员 网格长
    堵车 拥堵 交通 道路拥堵
    头盔 安全帽 戴头盔
    找工作 就业 工作 增收 岗位
    """.strip().splitlines()
]
_ALIKE_EN = [
    [word.replace("_", " ") for word in line.split()]
    for line in """
    dark unlit lighting lights lamps lit dim
    night evening
    elderly older seniors aged senior
    kids children child pupils
    bike bicycle e-bike ebike scooter cycle
    park parking bays
    car cars vehicle
    rubbish garbage trash waste litter refuse
    broken damaged worn potholes uneven
    pothole potholes uneven damaged paving
    street road lane alley lanes
    tap water supply pressure pump
    top upper high floor floors
    heating heat warm radiators cold
    leak leaking leaky
    drain drains sewer sewage blocked
    wires cables wiring cable
    tree trees greenery pruning prune trimming
    officials cadres secretaries seconded officers
    volunteers volunteering volunteer
    meeting meetings deliberation council round table
    shop shops shopkeepers traders businesses merchants
    voucher vouchers coupon discount discounts
    money funds funding cost budget fund
    doctor clinic health medical eye
    vaccine vaccination epidemic covid pandemic
    stairs stairwell stairwells staircase hallway
    hawkers vendors stalls street_traders market
    camera cameras cctv surveillance monitoring
    face facial recognition
    noise noisy loud
    clean cleaning clean-up dirty
    flat flats apartment apartments building buildings
    estate compound compounds neighbourhood
    landlord owner owners homeowners
    haircut haircuts barber
    clothes laundry drying
    exercise fitness
    helmet helmets
    school schools
    job jobs employment work
    inspection inspections checks
    complaint complaints opinions requests
    neighbours neighbors neighbour mutual
    volunteers volunteer
    exhibition hall museum
    """.strip().splitlines()
]


def _groups(lines: Iterable[list[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        for word in line:
            found.setdefault(word, []).extend(other for other in line if other != word)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


ALIKE = _groups([*_ALIKE, *_ALIKE_EN])


def without_asking(folded: str) -> str:
    """A query with the phrases that only ask blanked out."""
    return _ASKING.sub(" ", folded)
