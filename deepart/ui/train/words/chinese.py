"""Every sentence of the Train tab, in Chinese (simplified). The names and their meaning are those of english.py."""

TITLE = "训练"
HELP = "把你自己的图片变成你自己的模型。它留在这台电脑上，相应的标签页就能用它。"
HOSTED = (
    "训练在你自己的电脑上进行，不在本页。请取得 deepart，用 python app.py 启动，在那里打开这个标签页；"
    "或使用命令：python -m deepart train vae --data MY-PICTURES --name my-prints"
)

KIND = "要变成什么"
KINDS = {  # kind -> what the page calls it
    "vae": "我的图片专用的滑杆",
    "gan": "画新画的画手",
    "restyle": "换风格的手",
    "classifier": "认得我的标签的眼睛",
}
KIND_HELP = {
    "vae": "VAE：你的图片在“滑杆”里得到自己的轴。大约 60 张图片起。",
    "gan": "GAN：在“新画”里由种子画出你那种手法的新画。大约 100 张图片起。",
    "restyle": "“换风格”里的风格迁移，按你的画微调。大约 12 张图片起。",
    "classifier": "分类器：用你自己的说法辨风格。两个以上标签，每个 15 张图片。",
}
DROP = "图片，或它们的 zip"
FOLDER = "或这台电脑上的一个文件夹"
FOLDER_INFO = "写它的路径；不会复制任何东西，子文件夹就是标签"
CLEAR = "拿走它们"
COUNT = "{count} 张图片"
COUNT_LABELS = "{count} 张图片，{labels} 个标签"
NO_PICTURES = "还没有图片：拖几张进来，或写出这台电脑上的一个文件夹。"
LABELS = "标签"
LABELS_HEAD = ["文件", "标签"]
LABELS_HELP = (
    "分类器需要它们；GAN 在每张图都有标签时，学会按名字来画。它们来自文件夹，或来自拖入的一个“文件、标签”的 CSV；"
    "可以在这里改（显示前 5,000 个）。"
)
NAME = "它的名字"
NAME_INFO = "小写字母、数字、- 和 _"
START_FROM = "从哪里开始"
NEWEST = "{name}，随 deepart 而来"
NOTHING = "从零开始"
START_INFO = "从已有模型开始只要几分钟，从零开始要几小时"
MINUTES = "分钟"
MINUTES_INFO = "0：按通常的时间"
BAD_MINUTES = "时间写成分钟数，或写 0 按通常的时间。"
CHECK = "先看看这些图片"
CHECKING = "正在读图片并试走几步，请稍等。"
START = "开始"
STARTED = "它已在下面的列表里。关掉本页它也会继续。"

REPORT = "有些什么"
ESTIMATE = "大约需要：{sentence}。"
SPLITS = {
    "train": "用来训练",
    "val": "留着看它是不是在死记",
    "test": "留着做最后的测试",
}
SIZES = "从 {smallest} 到 {largest} 像素，多数约 {middle}。"
TROUBLE = "读不出来的文件，和重复的图片"
CANNOT = "读不出来"
EXACT = "同一个文件"
NEAR = "几乎一样"
AUGMENTED = "训练时看到的样子"
FINE = "它们没有问题。"

LIST = "训练列表"
LIST_EMPTY = "还没有训练。"
STATES = {
    "waiting": "等待中",
    "starting": "正在开始",
    "reading": "正在读图片",
    "running": "训练中",
    "finishing": "正在测出它会什么并保存",
    "paused": "已暂停",
    "stopped": "已停止",
    "failed": "失败",
    "finished": "完成",
    "interrupted": "被中断",
}
WATCH, PAUSE, RESUME, STOP, FINISH, DELETE = (
    "查看",
    "暂停",
    "继续",
    "停止",
    "现在就做成模型",
    "删除",
)
REALLY, KEEP = "彻底删除", "保留"
GONE = "这个训练已经不在了。"

LIVE = "进展如何"
LIVE_EMPTY = "你查看或训练的东西会显示在这里。"
ETA = "完成 {done:.0%}，大约还要 {left}"
DONE = "完成 {done:.0%}"
LEFT_OF = "{name}"
FACTS = {
    "pictures": "看过的图片",
    "speed": "每秒图片",
    "time": "已用时间",
    "rate": "学习率",
    "memory": "最多内存",
    "device": "在",
}
PREVIEW = {
    "vae": "成对：一张图片，和模型画出的它",
    "gan": "一行你的图片，一行复制，以及每次由同样的种子画出的新画",
    "restyle": "一行风格，一行图片，以及每张图片换上每种风格",
    "classifier": "行：标签；列：它说的",
}
CHARTS = {  # kind -> [(title, {figure: what the line is called})]
    "vae": [
        ("与图片的距离", {"train": "训练过的", "val": "留着的"}),
        ("复制的平均误差", {"vae/l1": "现在"}),
    ],
    "gan": [
        ("复制的距离", {"G/copy": "现在"}),
        ("评判者怎么看", {"D/real": "你的", "D/fake": "新的"}),
        ("样本，1 表示和你的一样多样", {"diversity": "多样性", "nearest": "与你的距离"}),
    ],
    "restyle": [
        ("损失", {"restyle/loss": "现在"}),
        ("还有多少没学会", {"train": "训练过的", "val": "留着的"}),
    ],
    "classifier": [
        ("损失", {"heads/loss": "现在"}),
        ("留着的里面答对的", {"accuracy": "比例"}),
        ("每张图片的 nats", {"train": "训练过的", "val": "留着的"}),
    ],
    "enlarge": [],
}
STEP = "第 {step} 步"

MODELS = "你的模型"
MODELS_EMPTY = "还没有。你训练的或带进来的会列在这里，也在相应标签页的模型列表里。"
OWN_MODEL = "其中一个"
EXPORT = "打包成 zip"
EXPORT_FILE = "下载 zip"
IMPORT = "带一个进来"
IMPORT_INFO = "deepart 打包的 zip：使用之前会检查它的卡片和权重。"
IMPORTED = "{name} 来了：每个标签页都列出它。"
DELETED = "{name} 已删除。"
NO_MODEL = "先选一个你的模型。"
NOT_SURE = "彻底删除 {name}？"
CARD = "它的卡片"
CARD_FACTS = {
    "kind": "种类",
    "pictures": "图片",
    "hours": "小时",
    "steps": "步数",
    "start": "起点",
    "seen": "看过的图片",
    "hardware": "设备",
    "figures": "数字",
    "warnings": "备注",
}
FIGURES = {
    "val": "留着的图片上的损失",
    "train": "训练过的图片上的损失",
    "accuracy": "答对的比例",
    "diversity": "样本的多样性",
    "nearest": "它们与你的图片的距离",
}
TASKS = {
    "classify": "辨风格",
    "sample": "新画",
    "sliders": "滑杆",
    "restyle": "换风格",
    "enlarge": "换风格",
}

HELP_OF = {  # entry that is its label -> what it does
    "KIND": "做好的模型归哪个标签页用。",
    "DROP": "它们会复制到这次训练自己的文件夹，随它一起删除。",
    "OWN_MODEL": "你训练的或带进来的模型之一。",
    "IMPORT": "deepart 打包的 zip。",
}
