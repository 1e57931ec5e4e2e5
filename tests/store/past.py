"""Three hundred made-up tickets of a desk in both languages, and sixty questions whose answer is one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TROUBLES = (
    (
        "{thing} printer has a paper jam",
        "The display shows 13.20 and nothing comes out.",
        "Torn sheet behind the rear door",
    ),
    (
        "VPN from {thing} drops",
        "It connects and is gone after two minutes.",
        "Router firmware updated, MTU set to 1400",
    ),
    ("Excel crashes when I open the {thing} file", "It closes without a message.", "Faulty add-in switched off"),
    ("Access to the {thing} folder", "Access denied since I changed teams.", "Owner agreed, group added"),
    ("Projector in room {thing} stays black", "No signal over HDMI.", "Cable in the floor box replaced"),
    ("Cannot sign in to {thing}", "It says that my account is unknown.", "Licence was missing, assigned"),
    ("{thing} screen flickers", "Every few seconds, worse in the afternoon.", "Refresh rate set to 60 Hz"),
    ("Headset has no sound in {thing} calls", "Others cannot hear me.", "Wrong microphone chosen"),
    ("{thing}打印机卡纸", "屏幕提示打开后盖，纸拉不出来。", "清理定影器里的碎纸"),
    ("{thing}连不上 VPN", "提示错误 809，昨天还可以。", "路由器放行 UDP 4500"),
    ("{thing}报表打不开", "双击没有反应，Excel 卡死。", "禁用有问题的加载项"),
    ("申请{thing}文件夹权限", "换部门以后提示拒绝访问。", "负责人同意，已加入组"),
    ("{thing}会议室投影没有信号", "换了线也不行。", "地插 HDMI 线已更换"),
    ("{thing}系统登录不了", "提示用户不存在。", "补分配许可证"),
    ("{thing}显示器闪屏", "每隔几秒闪一下。", "刷新率改为 60 Hz"),
    ("{thing}通话时耳机没有声音", "对方听不到我。", "麦克风选择错误"),
)
ENGLISH = (
    "accounting", "warehouse", "reception", "Lisbon", "budget", "payroll", "Salesforce", "Oslo", "laboratory",
    "canteen", "boardroom", "Jupiter", "Kyoto", "legal", "marketing", "quality", "Everest", "training", "Neptune",
)  # fmt: skip
CHINESE = (
    "财务部", "仓库", "前台", "深圳", "预算", "工资", "用友", "成都", "实验室", "食堂",
    "董事会", "金星", "杭州", "法务部", "市场部", "质检科", "黄山", "培训室", "海王星",
)  # fmt: skip
MANY = 300
ASKED = 60


@dataclass(frozen=True)
class Past:
    """A ticket of the past."""

    subject: str
    text: str
    solution: str

    @property
    def language(self) -> str:
        return "en" if self.subject.isascii() else "zh"


def past() -> Iterator[Past]:
    """Give the three hundred, always the same."""
    made = 0
    for trouble in TROUBLES:
        subject, text, solution = trouble
        for thing in ENGLISH if subject.isascii() else CHINESE:
            if made < MANY:
                yield Past(subject.format(thing=thing), text, solution)
            made += 1


QUESTIONS = (
    "paper jammed in the printer of {thing}", "{thing}: vpn dropping again", "excel closes with the {thing} file",
    "need access for folder {thing}", "room {thing}, the projector is black", "sign-in to {thing} fails",
    "flickering screens {thing}", "no sound from headsets, {thing} call",
    "{thing}的打印机又卡纸了，请帮忙", "{thing}VPN连不上怎么办",
    "打不开{thing}报表", "{thing}文件夹没有权限", "{thing}会议室的投影仪无信号", "无法登录{thing}系统",
    "{thing}的显示器一直闪", "耳机没声音，{thing}通话",
)  # fmt: skip


def questions() -> list[tuple[int, str]]:
    """Give sixty questions in other words than the ticket's, each with the place of the ticket it is about."""
    found = []
    for place in range(0, MANY, MANY // ASKED):
        trouble, thing = divmod(place, len(ENGLISH))
        name = (ENGLISH if TROUBLES[trouble][0].isascii() else CHINESE)[thing]
        found.append((place, QUESTIONS[trouble].format(thing=name)))
    return found
