"""Every sentence on the page, in Chinese (simplified). The names and their meaning are those of english.py."""

TITLE = "deepart"
TAGLINE = "一间小小的神经绘画工作室：看懂一幅画的风格，遇见新的画，改变它们，重新画一遍。"
FOOTER = "一切都在运行本页的电脑上完成。下载的每幅画（PNG）都带着它的配方，凭配方可以再做一次。"

OUR_FAULT = "我们这边出了点问题；你的东西一样也没有丢。"
NOT_UPLOADED = "这张图片不是你给的：请把它拖到页面上，或先上传。"
NO_PICTURE = "还没有图片：拖一张到页面上，粘贴，或用相机拍一张。"
GONE = "这张图片已经不在了：上传的图片和结果只保留一小时。请再放一次。"
BUSY = "工作室正忙：请 {seconds} 秒后再试。你的东西一样也没有丢。"
OPENED_BEFORE = "打开本页之后，工作室重新启动过：请重新载入本页。"
NO_ROOM = "运行本页的电脑现在存不下更多图片；别的都没有丢。请稍后再试。"

# The boundary
WRONG_HOST = "本页不用这个名字。请用启动时显示的地址打开，或在启动时加上 --public-url 和访问者输入的地址。"
WRONG_ORIGIN = (
    "这个请求来自别的网页，已被拒绝。如果你通过代理访问，请在启动时加上 --public-url 和访问者输入的地址。"
)
NOT_HERE = "这个地址上什么也没有。"
NOT_LIKE_THIS = "这个地址不接受这样的请求。"
TOO_BIG = "太大了：这里最多接受 {megabytes:.3g} MB。"
NOT_JSON = "请求必须是 UTF-8 的 JSON，嵌套不超过 {depth} 层。"
TOO_MANY_LOGINS = "密码错了太多次。请等 {seconds} 秒再试。"

# Classify
CLASSIFY = "辨风格"
CLASSIFY_HELP = "一幅画最接近哪种画法？拖一张进来，粘贴，或点一张示例。"
CLASSIFY_DROP = "把图片拖到这里"
CLASSIFY_EXAMPLES = "或试试这几张。它们由程序画成，不能说明风格辨得准不准。"
CLASSIFY_EMPTY = "风格会列在这里，最可能的在最前。"
CLASSIFY_ALL = "全部 {count} 种风格"
RESULT = "你的图片的风格"
MODES = {"one": "一张图片", "many": "许多图片", "compare": "比较两张"}
MODE = "看什么"
SEND = "送到「{title}」"
COPY_LINK = "复制链接"
LINK_COPIED = "链接已复制"
SORRY = "这一步没有做成"
NO_TOOL = "这张图片所用的工具本页没有（{task}）：请用更新的 deepart 打开。"
BRING_BACK = "把这里做的 PNG 拖来，恢复原状"
HISTORY_BROKEN = "现在没法保存你做的东西"

# History
HISTORY = "历史"
HISTORY_HELP = "你做过的一切，最新的在最前。选一张，连同全部控件一起找回。"
HISTORY_EMPTY = "还什么都没有。画一张，它就会挂在这里。"
HISTORY_PICK = "从墙上选一张。"
HISTORY_KEPT = "保存在这台电脑的文件夹“{folder}”里。"
HISTORY_VISIT = "本页开着时一直保留；你的浏览器会记住配方。想留下的请下载。"
NO_STARS = "还没有加星的图片：给想放在一起的加个星。"
ONLY_STARRED = "只看加星的"
ZIP_STARRED = "打包加星的 (zip)"
STAR = "加星："
NEWER, OLDER = "较新", "较早"
RESTORE = "恢复"
COMPARE_WITH = "与……比较"
COMPARE_PICK = "现在选另一张。"
DELETE = "删除"
UNDELETE = "撤销删除"
NOT_KEPT = "图片本身已不再保留，配方还在：可以凭配方恢复，再加上当初用的文件。"
KINDS_MADE = {
    "sample": "新画",
    "sliders": "滑杆",
    "restyle": "换风格",
    "adjust": "调整",
    "enlarge": "放大",
    "film": "影片",
}

DAY_AT = "{month}{day}日 {clock}"
MONTHS = ("1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月")

# Presets
PRESETS = "预设"
PRESET = "一个预设"
PRESET_USE = "使用"
PRESET_NAME = "给现在的设置取个名字"
PRESET_SAVE = "保存"
PRESETS_EXPORT = "存成文件"
PRESETS_IMPORT = "读入文件"

# Keys
KEYS = "按键"
OTHER_LANGUAGE, OTHER_SHORT, OTHER_CODE = "English", "EN", "en"
THEME = "明或暗"
CLOSE = "关闭"
SHORTCUTS = (
    ("Ctrl + Enter", "动手：作画、下载、拍影片"),
    ("Esc", "停止"),
    ("R", "随机"),
    ("Z", "撤销"),
    ("Shift + Z", "重做"),
    ("← ↑ → ↓", "微调选中的滑杆"),
    ("?", "这张列表"),
)

WHY = "为什么是这种风格"
WHY_STYLE = "看哪种风格的依据"
WHY_MAP = "你的图片，以及其中支持这种风格的地方"
WHY_HINT = "拖动分界线。红的地方最增加这种风格的可能，灰的地方毫无影响。它显示的是什么打动了程序，这不一定也会打动人。"
SOURCE = "出处：{source}。"
RESEMBLES = "它像什么"
RESEMBLES_WORKS = "最接近的作品"
RESEMBLES_PAINTERS = "最接近的画家"
RESEMBLES_HINT = "在程序学过的 {count} 件作品之中。1 表示同一张图片。画家和年代按收藏机构所记。"
RESEMBLES_HEAD = ("画家", "题名", "年代", "风格", "相似度")
NO_TITLE = "（题名不详）"
PALETTE = "色板"
PALETTE_HINT = "点一种颜色，复制它的代码。"
PALETTE_COPY = "复制 {code}"
PALETTE_COPIED = "已复制"
TEMPERATURE = "冷与暖"
TEMPERATURES = {"warm": "暖", "cool": "冷", "grey": "灰"}
LIGHT = "明与暗"
LIGHTS = {"light": "亮", "middle": "中", "dark": "暗"}
PALETTE_FACTS = (
    "暖是从深红经橙到黄，冷是从绿经蓝到紫，灰是几乎无色。平均明度 {lightness:.0%}；"
    "最暗到最亮的部分跨过黑到白的 {contrast:.0%}。"
)

MANY_DROP = "把许多图片拖到这里"
MANY_FOLDER = "选一个文件夹"
MANY_STOP = "停止"
MANY_CSV = "下载 CSV"
MANY_HEAD = ("图片", "文件", "风格", "可能性", "其次", "判断")
MANY_VERDICTS = {"sure": "有把握", "unsure": "没把握", "not-a-painting": "不是画"}
MANY_AT = "{done} / {count}"
MANY_DONE = "看完了 {done} 个文件。"
MANY_STOPPED = "已停止：{count} 个中看了 {done} 个。"
MANY_UNREAD = "没读"
MANY_UNREADABLE = "有 {bad} 个读不出来。"
MANY_TOO_MANY = "一次最多 {most} 个文件，现在是 {count} 个：请少选一些。"

COMPARE_FIRST, COMPARE_SECOND = "第一张", "第二张"
COMPARE_DROP = "把图片拖到这里"
COMPARE_EMPTY = "两边各放一张图片。"
COMPARE_RESULT = "比较"
COMPARE_SHARED = "两者的风格可能性有 {shared:.0%} 重合。"
COMPARE_ALIKE = "相似度 {similarity:.2f}：比随机取的 {alike:.0%} 的作品对更像。"

# Sample
SAMPLE = "新画"
SAMPLE_HELP = "从未存在过的画。种子是一幅画的编号：同一个种子画出同一幅画。"
SEED = "种子"
DICE = "掷骰子"
COUNT = "几幅"
PSI = "截断 psi"
PSI_INFO = "越低越接近平均，越平静；1：就像它学到的"
PAINT = "作画"
SAMPLE_TRY = "或从这些开始"
SAMPLE_EXAMPLES = {  # button -> seed, how many, psi
    "四幅安静的": ("11", 4, 0.4),
    "八幅，如它所学": ("100", 8, 1.0),
    "十六幅，不加约束": ("2000", 16, 1.3),
}
GALLERY = "画"
GALLERY_HINT = "点一幅画把它放上画架：在那里改它，下载它，从它继续。"
STOP = "停止"
STYLE = "种类或风格"
ANY_STYLE = "都行"
BLEND_WITH = "掺入"
BLEND = "第二种占多少，%"
VARIATION = "变化"
NO_SEED = "是找到的，不是由种子画的"
EASEL = "画架上"
EASEL_EMPTY = "<p>点上面的一幅画。</p>"
NOTHING_ON_EASEL = "画架上还没有画：点墙上的一幅，或先画几幅。"
MIX = "借用这个种子的颜色"
MIX_EMPTY = "不借"
MIX_LEVEL = "从第几层起"
MIX_INFO = "低：整个面貌；高：只有最细的笔触"
AMOUNT = "离多远，%"
AMOUNT_INFO = "小：近亲；大：陌生人"
VARY = "八种变化"
OWN_TAB = "你自己的图片"
PROJECT = "找到它"
PROJECT_HELP = "拖一张图片，生成器会找出最像它的画。之后所有控件都作用于那幅画。"
LIKENESS = "目前最接近的画"
SEARCH = "第 {step} 步，共 {most} 步；平均误差 {error:.3f}（最大 2）"
WALK_TAB = "漫步"
WALK_HELP = "从画架上收集几幅画，影片从一幅走到下一幅。一幅也没有时，取墙上的前四幅。"
WALK_ADD = "加入画架上的画"
WALK_CLEAR = "清空"
WALK_STOPS = "漫步中的画"
WALK_MODELS = "一次漫步只用一个生成模型：清空它，再加入同一个模型的画。"
WALK_FULL = "一次漫步最多 {most} 幅画：清空它，或先拍成影片。"
SECONDS = "秒数"
FPS = "每秒帧数"
FILM_KIND = "文件"
LOOP = "无缝回到第一幅"
FILM = "拍影片"
FILM_VIEW = "漫步"
FILM_DOWNLOAD = "下载影片"
FRAME = "第 {count} 帧，共 {most} 帧"
SHEET_TAB = "小样页与导出"
SHEET = "小样页"
SHEET_HELP = "一个控件分五步看：看画架上的画；画架空着时，看墙上的前六幅。"
ALONG = "各行沿着"
SEEDS = "哪些种子"
EXPORT = "打包 zip"
EXPORT_HELP = (
    "一次很多幅，设置与墙上相同：每个种子一个带配方的 PNG，外加一张表。写 1-24 或 3,5,9；最多 500 幅。"
)
EXPORTED = "已打包 {count} / {most}"
EXPORT_DOWNLOAD = "下载 zip"

# Sliders
SLIDERS = "滑杆"
SLIDERS_HELP = "把你自己的图片放上滑杆，改它的光、它的颜色、它的分量。没动的部分保持原样。"
FADERS = "改什么"
MORE_AXES, FEWER_AXES = "更多滑杆", "更少滑杆"
LOCK = "锁定"
RANDOM = "随机"
HEAT = "温度"
HEAT_INFO = "随机的强弱：低则平静，高则狂野"
RESET = "归零"
UNDO, REDO = "撤销", "重做"
TAKE_AWAY = "拿走我的图片"
KEEP = "保留细节"
KEEP_INFO = "在你自己的图片上、按原尺寸做出改变；不勾则是模型眼中的样子"
DOWNLOAD = "下载 PNG"
DOWNLOAD_IT = "下载"
MAKING = "请稍等"
OWN = "把你自己的图片放上滑杆"
OWN_DROP = "把你自己的图片拖到这里"
OWN_EXAMPLES = "或选一张程序画的"
YOURS = "你的"
BEFORE_AFTER = "前后对比"
REMADE = "滑杆眼中的它"
ON_EASEL = "画"
BAD_POINT = '一个点就是 random_point 或 encode 给出的：{"z": 数字, "aspect": 两个数字或 null}。'
BAD_SLIDERS = "滑杆写成 {轴名: sigma}，sigma 是数字。"
SAVE_TAB = "把数值存成文件"
SAVE_HELP = "所有轴的数值存成一个小文件：今天或明年，放到另一张图片上。"
SAVE_VALUES = "保存数值"
LOAD_HELP = "读入数值文件，就会移动现有图片的各个轴。"
LOAD = "数值文件"
ASKED = "请把它拖到放你自己图片的地方；点“归零”就不再等它。"
MORPH_TAB = "渐变"
MORPH_HELP = "从一张图片经过中间的一切走到另一张。拖几张进来，或加入上面正看着的。"
MORPH_DROP = "路上的图片"
MORPH_ADD = "加入正看着的"
MORPH_STOPS = "路上的图片"
MORPH_AT = "走到哪里，%"
MORPH_VIEW = "中间的图片"
MORPH_DETAIL = "融合自己图片的细节"
MORPH_LOOP = "回到第一张"
MORPH_TO_BENCH = "把这张放上滑杆"
MORPH_SUM = "第一张 \u2212 第二张 + 第三张"
MORPH_SUM_INFO = "第一张有而第二张没有的，给第三张：结果放上滑杆。"
MORPH_STRIP = "胶片条"
MORPH_EMPTY = "<p>两张图片就能成路。</p>"
MORPH_FEW = "路上的图片太少：需要 {least} 张，现在有 {count} 张"
MORPH_FULL = "一条路最多 {most} 张图片：清空它，或先拍成影片"
MAP_TAB = "地图"
MAP_HELP = "模型学过的画都在这张图上。点任何一处，或点一种风格，看看那里有什么；圆圈是正看着的。"
MAP_VIEW = "画的地图"
MAP_YOURS = "上面正看着的"
MAP_NEAR = "这附近：{styles}。"

# Restyle
RESTYLE = "换风格"
RESTYLE_HELP = "用别的画的手法重画你自己的图片，尺寸不变。你涂到的地方变，没涂的地方不变。"
RESTYLE_OWN = "要处理的图片"
RESTYLE_DROP = "把你自己的图片拖到这里"
STYLE_TAB = "风格"
STYLE_ADD = "添加风格图片"
STYLE_EXAMPLES = "或选一种程序画的风格"
STYLES_CHOSEN = "风格"
STYLES_EMPTY = "还没有风格：添加一张你喜欢其手法的图片，或点下面的一张。"
STYLE_REMOVE = "拿走"
STYLE_SHARE = "份额："
STYLES_FULL = "一次最多 {most} 种风格：先拿走一种"
NO_STYLE = "先选一种风格：添加一张图片，或点一张示例"
BAD_SHARES = "每种风格的份额是 1 到 100"
STRENGTH = "强度，%"
STRENGTH_INFO = "0 是你的图片，100 是全部重画"
STROKE = "笔触"
STROKES = {"fine": "精细", "medium": "适中", "bold": "粗放"}
KEEP_COLOURS = "保留我的颜色"
KEEP_COLOURS_INFO = "只变明暗和笔触"
ONLY_HERE = "只在这里"
ONLY_HERE_INFO = "涂出风格该去的地方。边缘是柔和的；什么也不涂就改变整张图片。"
STYLE_NUMBER = "风格"
ERASER = "橡皮"
CLEAR = "清空"
BRUSH_WIDTH = "画笔"
BRUSH_CANVAS = "供你涂抹的缩小图片"
REST = "其余部分混合所有风格"
REST_INFO = "否则其余部分保持原样"
SIZE = "成品尺寸"
FULL_SIZE = "和我的图片一样大"
GO_ON = "从这里继续"
SHARE = "{done:.0%}"
ADJUST_TAB = "调整"
ADJUSTMENTS = {  # number -> what the page calls it
    "exposure": "曝光，档",
    "contrast": "对比",
    "highlights": "亮部",
    "shadows": "暗部",
    "warmth": "冷暖",
    "saturation": "鲜艳",
    "straighten": "校正，度",
    "left": "左边缘，%",
    "top": "上边缘，%",
    "right": "右边缘，%",
    "bottom": "下边缘，%",
    "colours": "几种",
}
FRAMING = "画框"
TURN = "向右转"
MIRROR = "镜像"
FEW_COLOURS = "少用颜色"
COLOURS_INFO = "用图片自己的 2 到 16 种颜色；0 为全部"
ONLY_COLOURS = "或只用这些"
ONLY_COLOURS_INFO = "例如 #1d3557 #e63946 #f1faee"
ADJUST_BAD = "请给一张图片和 {调整的名字: 数字}。"
ENLARGE_TAB = "放大"
ENLARGE_HINT = "为印刷添加像素，得到清楚的边缘和笔触，而不是模糊。图片里没有迹象的东西，不会凭空造出来。"
TIMES = {2: "放大两倍", 4: "放大四倍"}
HOW_LARGE = "放多大"
LOOK_CLOSELY = "先看看中间"
INTERPOLATED = "只是拉大"
ENLARGED = "放大后"
ENLARGED_SIZE = "整张将有 {width} x {height} 像素。"
RESTYLE_BAD_WISH = "请给一张图片、一到四张风格图片，以及说明里写的数字。"

MODEL = "模型"
EXAMPLES = {  # file in deepart/assets -> what it shows
    "wave": "如同印出来的浪",
    "planes": "平面与线条",
    "dusk": "点成的黄昏",
    "mist": "水墨山影",
}

# One sentence for every control that says none beside itself; it appears where the pointer rests.
HELP_OF = {  # entry that is its label -> what it does
    "MODEL": "由这里的哪个模型来做。",
    "MODE": "细看一张，把整个文件夹列成表，或并排比较两张。",
    "WHY_STYLE": "地图显示的是哪种风格的依据。",
    "PRESET": "你起了名字、存在这个浏览器里的设置。",
    "PRESET_NAME": "给本页全部控件现在的位置起个自己的名字。",
    "SEED": "一个整数，是画的编号；同一个数画出同一幅画。",
    "COUNT": "从这个种子起画几幅。",
    "STYLE": "画的种类或风格；“都行”就随它去。",
    "BLEND_WITH": "再选一种，画出两者之间的东西。",
    "BLEND": "0 全是第一种，100 全是第二种。",
    "MIX": "保留这幅画的形，借另一个种子的颜色。",
    "SECONDS": "影片有多长。",
    "FPS": "24 像电影，12 像动画；帧数越多做得越久。",
    "FILM_KIND": "MP4 最小；GIF 和 WebP 在放不了影片的地方也能动。",
    "LOOP": "影片在起点结束，可以一直放下去。",
    "ALONG": "从左到右变化的那个控件。",
    "SEEDS": "哪些种子放进 zip，例如 1-24 或 3,5,9。",
    "MORPH_AT": "0 是第一张，100 是最后一张。",
    "MORPH_DETAIL": "让你自己图片的细节也互相融合。",
    "MORPH_LOOP": "路在起点那张图片结束。",
    "MORPH_DROP": "路依次经过的图片。",
    "LOAD": "把这里存过的数值放到现有的图片上。",
    "STROKE": "笔有多宽：精细留得住小东西，粗放留不住。",
    "SIZE": "下载文件的长边。",
    "HOW_LARGE": "宽和高各放大几倍。",
    "MIRROR": "左右对调。",
    "ONLY_STARRED": "把没有加星的都藏起来。",
    "BRING_BACK": "它的标签页会打开，全部控件恢复原样。",
    "MANY_DROP": "可以有几千个文件；一个坏文件不会挡住其余的。",
    "CLASSIFY": "想知道风格的那张图片。",
    "COMPARE_FIRST": "左边的图片。",
    "COMPARE_SECOND": "右边的图片。",
    "OWN": "你自己的图片；它留在运行本页的电脑上。",
    "RESTYLE_OWN": "你自己的图片；它留在运行本页的电脑上。",
}
HELP_OF_ADJUSTMENTS = {
    "exposure": "多一档就是两倍的光。",
    "contrast": "大于 0 明暗拉开，小于 0 靠拢。",
    "highlights": "把本来亮的地方变亮或变暗。",
    "shadows": "把本来暗的地方变亮或变暗。",
    "warmth": "大于 0 偏橙，小于 0 偏蓝。",
    "saturation": "-100 就是黑白。",
    "straighten": "把图片转一点，并裁掉四角。",
    "left": "从左边算起，裁掉多少。",
    "top": "从上边算起，裁掉多少。",
    "right": "从左边算起，图片到哪里为止。",
    "bottom": "从上边算起，图片到哪里为止。",
}
