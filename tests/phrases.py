"""Phrases with numbers as community news prints them, and what a reader of Chinese news means.

One a line: phrase, qualifier, low, high (- where none is printed), unit, dimension (- for neither).
Or phrase and `none` (no quantity), `unclear` (not understood) or `change`, low, high, unit.
`exact|nearly`: only an editor can tell which.
"""

QUANTITIES = """
# bounds behind any unit
30分钟内 at_most - 30 分钟 time
15分钟之内 at_most - 15 分钟 time
3日内 at_most - 3 日 time
三个工作日内 at_most - 3 个工作日 time
一年以内 at_most - 1 年 time
500米内 at_most - 500 米 length
2小时以内 at_most - 2 小时 time
70岁以上 at_least 70 - 岁 age
60岁及以上 at_least 60 - 岁 age
60周岁（含）以上 at_least 60 - 周岁 age
60周岁及以上 at_least 60 - 周岁 age
16岁以下 at_most - 16 岁 age
14周岁及以下 at_most - 14 周岁 age
3年以上 at_least 3 - 年 time
80%以上 at_least 80 - % share
九成以上 at_least 9 - 成 share
300元以下 at_most - 300 元 money
50户以上 at_least 50 - 户 count
300吨左右 about 300 300 吨 weight
40元左右 about 40 40 元 money
60岁上下 about 60 60 岁 age
20米左右 about 20 20 米 length
一周左右 about 1 1 周 time
三成左右 about 3 3 成 share
300名志愿者左右 about 300 300 名 count
50户居民以上 at_least 50 - 户 count
12个小区以上 at_least 12 - 个 count
100人不到 nearly - 100 人 count
一年不到 nearly - 1 年 time
200米不到 nearly - 200 米 length
过万人 over 10000 - 人 count
过百户 over 100 - 户 count
过千人次 over 1000 - 人次 count
突破1000户 over 1000 - 户 count
突破百万元 over 1000000 - 元 money
上亿元 at_least 100000000 - 元 money
上万人 at_least 10000 - 人 count
上百棵 at_least 100 - 棵 count
上千户居民 at_least 1000 - 户 count
两成多 over 2 - 成 share
三吨多 over 3 - 吨 weight
2公里多 over 2 - 公里 length
一百米多 over 100 - 米 length
5年多 over 5 - 年 time
两个多小时 over 2 - 个小时 time
三个多月 over 3 - 个月 time
两倍多 over 2 - 倍 factor
300元有余 over 300 - 元 money
100+ over 100 - - -
50+户 over 50 - - -
≥90% at_least 90 - % share
≤30分钟 at_most - 30 分钟 time
>500人 over 500 - 人 count
<5% at_most - 5 % share
五十开外 over 50 - - -
三十出头 over 30 - - -
3公里以外 over 3 - 公里 length
500米开外 over 500 - 米 length
100元封顶 at_most - 100 元 money
# words before
大概400平方 about 400 400 平方 area
大约300户 about 300 300 户 count
大致50米 about 50 50 米 length
约莫20人 about 20 20 人 count
差不多300人 about 300 300 人 count
估计100户 about 100 100 户 count
几乎100户 nearly - 100 户 count
接近2000人 nearly - 2000 人 count
将近3年 nearly - 3 年 time
近百人 nearly - 100 人 count
近千户 nearly - 1000 户 count
近万平方米 nearly - 10000 平方米 area
近九成 nearly - 9 成 share
近三分之一 nearly - 1 /3 share
近80岁 nearly - 80 岁 age
年近七旬 nearly - 7 旬 age
年过六旬 over 6 - 旬 age
年逾八旬 over 8 - 旬 age
年过六十 over 60 - - -
不到一百米 nearly - 100 米 length
不足20平方米 nearly - 20 平方米 area
不满18周岁 nearly - 18 周岁 age
未满16岁 nearly - 16 岁 age
超过了50家 over 50 - 家 count
超过50% over 50 - % share
超百万元 over 1000000 - 元 money
超300户 over 300 - 户 count
逾千人 over 1000 - 人 count
已逾40年 over 40 - 年 time
高于60% over 60 - % share
大于10平方米 over 10 - 平方米 area
不止一次 over 1 - 次 count
不止300元 over 300 - 元 money
至少有20名 at_least 20 - 名 count
至少安排2名 at_least 2 - 名 count
至少需要3人 at_least 3 - 人 count
最少5户 at_least 5 - 户 count
起码10年 at_least 10 - 年 time
不少于4次 at_least 4 - 次 count
不低于85% at_least 85 - % share
不下百次 at_least 100 - 次 count
不小于2米 at_least 2 - 米 length
不得少于1小时 at_least 1 - 小时 time
不超过3天 at_most - 3 天 time
不得超过15分钟 at_most - 15 分钟 time
不高于5元 at_most - 5 元 money
至多5人 at_most - 5 人 count
最多能容纳30人 at_most - 30 人 count
最多3次 at_most - 3 次 count
最高500元 at_most - 500 元 money
最低50元 at_least 50 - 元 money
顶多10分钟 at_most - 10 分钟 time
少于5人 at_most - 5 人 count
低于20% at_most - 20 % share
约占六成 about 6 6 成 share
约占30% about 30 30 % share
约为30% about 30 30 % share
约有300户 about 300 300 户 count
约需2小时 about 2 2 小时 time
大约有50名 about 50 50 名 count
约2-3万元 about 20000 30000 元 money
大约30至50人 about 30 50 人 count
约三四百户 about 300 400 户 count
约300余户 over 300 - 户 count
超过300人以上 over 300 - 人 count
千把人 about 1000 1000 人 count
百把户 about 100 100 户 count
万把块钱 about 10000 10000 块钱 money
个把小时 about 1 1 小时 time
百十户 about 100 100 户 count
百十来人 about 100 100 人 count
四百来户 about 400 400 户 count
三十来岁 about 30 30 岁 age
十来个 about 10 10 个 count
十来万元 about 100000 100000 元 money
百来米 about 100 100 米 length
数以百计 several 200 999 - -
数以千计 several 2000 9999 - -
数以万计 several 20000 99999 - -
近三年 exact|nearly 3 3 年 time
近两个月 exact|nearly 2 2 个月 time
近5年 exact|nearly 5 5 年 time
近一周 exact|nearly 1 1 周 time
近20天 exact|nearly 20 20 天 time
近几年 several 2 9 年 time
近两三年 range 2 3 年 time
最近三年 exact 3 3 年 time
# several
几个 several 2 9 个 count
好几个 several 2 9 个 count
几十户 several 20 99 户 count
数百棵 several 200 999 棵 count
数千人 several 2000 9999 人 count
数十次 several 20 99 次 count
十几年 several 11 19 年 time
二十几户 several 21 29 户 count
十几万元 several 110000 190000 元 money
几万元 several 20000 99999 元 money
几百万元 several 2000000 9999999 元 money
约数百人 several 200 999 人 count
# parts
一半居民 exact 50 50 % share
一半以上 at_least 50 - % share
半数以上 at_least 50 - % share
半数居民 exact 50 50 % share
过半 over 50 - % share
过半数 over 50 - % share
超过一半 over 50 - % share
超半数 over 50 - % share
近一半 nearly - 50 % share
约一半 about 50 50 % share
大半居民 over 50 - % share
多半居民 over 50 - % share
一大半 over 50 - % share
三分之二 exact 2 2 /3 share
三分之二以上 at_least 2 - /3 share
超过三分之二 over 2 - /3 share
四分之三 exact 3 3 /4 share
五分之一 exact 1 1 /5 share
十分之一 exact 1 1 /10 share
2/3 exact 2 2 /3 share
1/3居民 exact 1 1 /3 share
百分之三点五 exact 3.5 3.5 % share
百分之八十 exact 80 80 % share
百分之九十五以上 at_least 95 - % share
百分之八九十 range 80 90 % share
百分之百 exact 100 100 % share
百分百 exact 100 100 % share
百分之十几 several 11 19 % share
98.5% exact 98.5 98.5 % share
10%-20% range 10 20 % share
10%至20% range 10 20 % share
千分之三 exact 3 3 ‰ share
3‰ exact 3 3 ‰ share
万分之五 exact 5 5 /10000 share
15个百分点 exact 15 15 个百分点 points
3.2个百分点 exact 3.2 3.2 个百分点 points
近5个百分点 nearly - 5 个百分点 points
六成五 exact 6.5 6.5 成 share
三成半 exact 3.5 3.5 成 share
七八成 range 7 8 成 share
1:3 exact 1 1 :3 ratio
1：1.5 exact 1 1 :1.5 ratio
2比1 exact 2 2 :1 ratio
三比一 exact 3 3 :1 ratio
八五折 exact 8.5 8.5 折 discount
85折 exact 8.5 8.5 折 discount
8.5折 exact 8.5 8.5 折 discount
八折 exact 8 8 折 discount
6至8折 range 6 8 折 discount
对折 exact 5 5 折 discount
半价 exact 5 5 折 discount
八九折 unclear
3½ exact 3.5 3.5 - -
3½小时 exact 3.5 3.5 小时 time
½ exact 1 1 /2 share
1¼公里 exact 1.25 1.25 公里 length
⅓ exact 1 1 /3 share
# composed
1万5千元 exact 15000 15000 元 money
1万5 exact 15000 15000 - -
3千5百户 exact 3500 3500 户 count
2亿3000万元 exact 230000000 230000000 元 money
1亿3千万元 exact 130000000 130000000 元 money
12万5千平方米 exact 125000 125000 平方米 area
3个亿 exact 300000000 300000000 - -
1.5万余元 over 15000 - 元 money
10多万元 over 100000 - 元 money
一百多万元 over 1000000 - 元 money
50元至100元 range 50 100 元 money
3个至5个 range 3 5 个 count
3天到5天 range 3 5 天 time
500米至1公里 range 0.5 1 公里 length
8000至1.2万元 range 8000 12000 元 money
800至1000万元 range 8000000 10000000 元 money
5万-8万元 range 50000 80000 元 money
5-8万元 range 50000 80000 元 money
900到1千户 range 900 1000 户 count
60-69岁 range 60 69 岁 age
3—6岁 range 3 6 岁 age
2~3次 range 2 3 次 count
两三天 range 2 3 天 time
三五个 range 3 5 个 count
三四十户 range 30 40 户 count
五六百元 range 500 600 元 money
十二三岁 range 12 13 岁 age
一两百人 range 100 200 人 count
三点五公里 exact 3.5 3.5 公里 length
一点二亿元 exact 120000000 120000000 元 money
零点六平方公里 exact 0.6 0.6 平方公里 area
两点五万平方米 exact 25000 25000 平方米 area
1小时30分钟 exact 90 90 分钟 time
一年零三个月 exact 15 15 个月 time
1年6个月 exact 18 18 个月 time
3元5角 exact 3.5 3.5 元 money
3公里500米 exact 3.5 3.5 公里 length
三个半小时 exact 3.5 3.5 个小时 time
一年半 exact 1.5 1.5 年 time
一千零八户 exact 1008 1008 户 count
一万二千元 exact 12000 12000 元 money
两千三 exact 2300 2300 - -
# change
翻一番 exact 2 2 倍 factor
翻了一番 exact 2 2 倍 factor
翻番 exact 2 2 倍 factor
翻两番 exact 4 4 倍 factor
翻倍 exact 2 2 倍 factor
增长3倍 exact 3 3 倍 factor
提高了2.5倍 exact 2.5 2.5 倍 factor
由3个增至12个 change 3 12 个
由3个增加到12个 change 3 12 个
从原来的5户发展到50户 change 5 50 户
从30%提高到80% change 30 80 %
由最初的8人扩大到现在的120人 change 8 120 人
从每月5起下降至1起 change 5 1 起
从20天缩短至5天 change 20 5 天
由10元降到6元 change 10 6 元
减少三分之一 exact 1 1 /3 share
下降15% exact 15 15 % share
增长近三成 nearly - 3 成 share
增至12个 exact 12 12 个 count
增加到300户 exact 300 300 户 count
缩短了20分钟 exact 20 20 分钟 time
# units
50厘米 exact 50 50 厘米 length
30毫米 exact 30 30 毫米 length
5里路 exact 5 5 里 length
十里地 exact 10 10 里 length
280米 exact 280 280 米 length
3km exact 3 3 km length
1.8m exact 1.8 1.8 m length
2.5吨 exact 2.5 2.5 吨 weight
300公斤 exact 300 300 公斤 weight
500克 exact 500 500 克 weight
20斤 exact 20 20 斤 weight
5千克 exact 5 5 千克 weight
10kg exact 10 10 kg weight
30千瓦 exact 30 30 千瓦 power
100瓦 exact 100 100 瓦 power
7kW exact 7 7 kW power
10万千瓦时 exact 100000 100000 千瓦时 energy
300度电 exact 300 300 度电 energy
零下10度 exact -10 -10 度 degrees
零下10℃ exact -10 -10 °C degrees
-5℃ exact -5 -5 °C degrees
38度 exact 38 38 度 degrees
26摄氏度 exact 26 26 摄氏度 degrees
3立方米 exact 3 3 立方米 volume
500毫升 exact 500 500 毫升 volume
20方土 exact 20 20 方 volume
50分贝 exact 50 50 分贝 other
100兆 exact 100 100 兆 other
300美元 exact 300 300 美元 money
¥300 exact 300 300 元 money
300块钱 exact 300 300 块钱 money
人民币300元 exact 300 300 元 money
100平 exact 100 100 平 area
1.2万平方米 exact 12000 12000 平方米 area
300㎡ exact 300 300 m2 area
30亩地 exact 30 30 亩地 area
3公顷 exact 3 3 公顷 area
30秒 exact 30 30 秒 time
3个工作日 exact 3 3 个工作日 time
两个季度 exact 2 2 个季度 time
3倍 exact 3 3 倍 factor
60周岁 exact 60 60 周岁 age
80岁 exact 80 80 岁 age
七旬老人 exact 7 7 旬 age
八十岁以上 at_least 80 - 岁 age
# rates
80元/月 exact 80 80 元/月 rate
1.5元/平方米 exact 1.5 1.5 元/平方米 rate
300元/户 exact 300 300 元/户 rate
2次/周 exact 2 2 次/周 rate
0.8元/平方米·月 exact 0.8 0.8 元/平方米/月 rate
80元每月 exact 80 80 元/月 rate
每月80元 exact 80 80 元/月 rate
每周3次 exact 3 3 次/周 rate
每户300元 exact 300 300 元/户 rate
每人每年100元 exact 100 100 元/人/年 rate
每平方米1.2元 exact 1.2 1.2 元/平方米 rate
每月收取30元 exact 30 30 元/月 rate
人均300元 exact 300 300 元/人 rate
人均超过30平方米 over 30 - 平方米/人 rate
户均增收5000元 exact 5000 5000 元/户 rate
日均300人次 exact 300 300 人次/日 rate
年均10万元 exact 100000 100000 元/年 rate
每天不少于2小时 at_least 2 - 小时/天 rate
人均可支配收入3万元 exact 30000 30000 元/人 rate
不超过50元/月 at_most - 50 元/月 rate
约300元/人 about 300 300 元/人 rate
# names, order
12345热线 none
110报警 none
120急救 none
5G none
4S店 none
PM2.5 none
334展馆 none
五一路 none
三马路 none
八一街 none
五一劳动节 none
六一儿童节 none
“六一” none
“十四五”规划 none
十三五时期 none
第十三届 none
第3次 none
第一批 none
第一百户 none
38号楼 none
3号线 none
45号 none
3栋2单元 none
301室 none
1+3+N none
321模式 none
五大工程 none
90后 none
85后青年 none
九零后 none
下午3点 none
18时30分 none
8:30 none
9:00-11:00 none
八点半 none
2.0版 none
6路公交 none
电话12345678 none
# unseen before
半年 exact 0.5 0.5 年 time
半年多 over 0.5 - 年 time
大半年 over 0.5 - 年 time
小半年 nearly - 0.5 年 time
半个月 exact 0.5 0.5 个月 time
半个多月 over 0.5 - 个月 time
半小时 exact 0.5 0.5 小时 time
半个小时 exact 0.5 0.5 个小时 time
半天 exact 0.5 0.5 天 time
半公里 exact 0.5 0.5 公里 length
半亩 exact 0.5 0.5 亩 area
半吨 exact 0.5 0.5 吨 weight
不到半年 nearly - 0.5 年 time
半小时内 at_most - 0.5 小时 time
廿余人 over 20 - 人 count
廿三户 exact 23 23 户 count
卅年 exact 30 30 年 time
俩 exact 2 2 个 count
夫妻俩 exact 2 2 个 count
仨 exact 3 3 个 count
伍仟元 exact 5000 5000 元 money
叁万陆仟元 exact 36000 36000 元 money
壹佰贰拾元 exact 120 120 元 money
三萬元 exact 30000 30000 元 money
兩百餘戶 over 200 - 户 count
３００盏 exact 300 300 盏 count
# words
两会 none
两委 none
村“两委” none
三无小区 none
十字路口 none
五颜六色 none
四面八方 none
千家万户 none
四通八达 none
七嘴八舌 none
乱七八糟 none
五花八门 none
焕然一新 none
一起铺路 none
一直坚持 none
一站式 none
一个 exact 1 1 个 count
一名 exact 1 1 名 count
十一起 exact 11 11 起 count
两样 none
万众一心 none
感慨万千 none
千方百计 none
老百姓 none
百货大楼 none
四周 none
两侧 none
十足 none
十分满意 none
三轮车 none
五金店 none
统一规划 none
一老一小 none
三社联动 none
零距离 none
四川 none
九江 none
三峡 none
二维码 none
老两口 none
第一书记 none
第一时间 none
上半年 none
下半年 none
半夜 none
# neighbours of the table's examples
每周三下午 none
周五 none
每周三次 exact 3 3 次/周 rate
三年级 none
2、3号楼 none
第1—3批 none
四个一 none
2021年 none
2021年9月 none
二〇二一年 none
8月31日 none
3月份 none
4A级景区 none
3.0时代 none
九牛一毛 none
三五成群 none
一个半月 exact 1.5 1.5 个月 time
两个半月 exact 2.5 2.5 个月 time
几块钱 several 2 9 块钱 money
数小时 several 2 9 小时 time
每度0.5元 exact 0.5 0.5 元/度 rate
0.6元/度 exact 0.6 0.6 元/度 rate
每两周 unclear
零下十几度 unclear
增幅达-2% exact -2 -2 % share
零上5度 exact 5 5 度 degrees
三、四个 unclear
7×24小时 unclear
$500 exact 500 500 美元 money
€20 exact 20 20 欧元 money
500美金 exact 500 500 美金 money
翻了两倍 unclear
翻3倍 unclear
翻了三番多 over 8 - 倍 factor
不到原来的三分之一 nearly - 1 /3 share
超过居民总数的80% over 80 - % share
近小区居民的一半 nearly - 50 % share
三分之一强 over 1 - /3 share
三分之一左右 about 1 1 /3 share
三三两两 none
俩月 exact 2 2 月 time
由1200元提高到1500元 change 1200 1500 元
三级网格 none
五星级 none
三楼 none
312国道 none
3·15 none
“365”工作法 none
“三长”制 none
三供一业 none
一户一档 none
接二连三 none
一条龙 none
三刻钟 exact 3 3 刻钟 time
0.5元/㎡ exact 0.5 0.5 元/m2 rate
180° exact 180 180 ° other
6层及以上 at_least 6 - 层 count
收费率由不足20%提升到85% change 20 85 %
最高可补贴5万元 at_most - 50000 元 money
不低于总面积的三分之二 at_least 2 - /3 share
2/3以上业主 at_least 2 - /3 share
30多分钟内 unclear
2比0 unclear
不超过半小时 at_most - 0.5 小时 time
过半年 over 0.5 - 年 time
近半年 exact|nearly 0.5 0.5 年 time
近三年多 over 3 - 年 time
50至60余户 unclear
约有六成以上 unclear
0.5至1元/平方米 range 0.5 1 元/平方米 rate
每户50元至100元 range 50 100 元/户 rate
200元至500元不等 range 200 500 元 money
从2名增加至20余名 change 2 20 名
三两个 range 2 3 个 count
# not understood
3-5-7 unclear
1.2.3 unclear
192.168 exact 192.168 192.168 - -
一百几十户 unclear
十几二十个 unclear
百八十户 unclear
三五七个 unclear
一百千 unclear
十百 unclear
5至3个 unclear
超过3至5个 unclear
不到三四百人 unclear
不足300余户 unclear
约300人以上 unclear
至少3人以下 unclear
数百人以上 unclear
不过3元 unclear
每10户 unclear
±5 unclear
-5户 unclear
1万50 unclear
2亿3000 unclear
5/3 unclear
一小半 unclear
两三百多人 unclear
1:2:3 unclear
# a word that only looks like one
附近3个 exact 3 3 个 count
节约3元 exact 3 3 元 money
签约3家 exact 3 3 家 count
街上3户 exact 3 3 户 count
通过3项 exact 3 3 项 count
超3个 over 3 - 个 count
20个多功能厅 exact 20 20 个 count
3个内设机构 exact 3 3 个 count
20名干部上下联动 exact 20 20 名 count
3人左右为难 exact 3 3 人 count
存在不足3处 exact 3 3 处 count
3户不到位 exact 3 3 户 count
3支部队 exact 3 3 - -
3成员 exact 3 3 - -
两度获奖 exact 2 2 - -
100平房 exact 100 100 - -
3起来信 exact 3 3 - -
400多盏 over 400 - 盏 count
人数十分多 none
几乎没有 none
户数百余 over 100 - - -
"""

# (passage, numerals in it that must be accounted for)
NUMERALS = """
半年后完工 半
每天半小时 半
一半居民 一半
过半居民 过半
超过半数 半数
不超过半小时 半
廿余人 廿
夫妻俩都来 俩
伍仟元 伍仟
百分之三点五 百分之三点五
三分之二的户 三分之二
三点五公里 三点五
1万5千元 1万5千
2亿3000万元 2亿3000万
十来万元 十来万
10来万元 10来万
翻一番 翻一番
数以百计的人 数以百计
千把人 千把
百十户 百十
由3个增至12个 3 12
50元至100元 50 100
零下10度 10
15个百分点 15
3‰ 3‰
30千瓦 30
12345热线 12345
第十三届 十三
38号楼 38
五一路 五一
两会
两委
三无小区
十字路口
五颜六色
千家万户
四通八达的小区
四川
老两口
上半年
半夜
一起铺路
四处奔走
四处巷口 四
两侧
0.5元/㎡ 0.5
一吨半 一
二十多万元 二十多万
三级网格 三
2021年9月 2021 9
一户一档
接二连三
"""
