"""Every verb an agent may use, with its synonyms, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the grammar."""

    name: str
    takes: str = ""
    """What stands behind it: "" for nothing, else a kind of `values`."""
    optional: bool = False
    also: tuple[str, ...] = ()
    """English synonyms."""
    chinese: tuple[str, ...] = ()
    confirm: bool = False
    """It asks for a confirming answer before anything is done."""


VERBS: tuple[Verb, ...] = (
    Verb("take", also=("mine", "grab"), chinese=("接单", "领取", "认领", "我来")),
    Verb("assign", "agent", also=("pass", "give", "delegate"), chinese=("转给", "分配给", "分配", "指派", "交给")),
    Verb("queue", "queue", also=("move",), chinese=("队列", "转到", "移到")),
    Verb("escalate", also=("raise",), chinese=("升级", "上报")),
    Verb("priority", "priority", also=("prio",), chinese=("优先级",)),
    Verb("impact", "impact", chinese=("影响范围", "影响")),
    Verb("urgency", "urgency", chinese=("紧急程度", "紧急度", "紧急")),
    Verb("category", "category", also=("kind",), chinese=("类别", "分类")),
    Verb("tag", "tags", also=("tags", "label"), chinese=("标签",)),
    Verb("status", "status", also=("state",), chinese=("状态",)),
    Verb("wait", "moment", True, also=("pending", "pause"), chinese=("等待", "挂起")),
    Verb("resolve", also=("resolved", "solve", "solved", "fix", "fixed", "done"), chinese=("已解决", "解决", "完成")),
    Verb("close", also=("closed", "shut"), chinese=("关闭", "关单", "结单")),
    Verb("reopen", also=("open",), chinese=("重新打开", "重开", "打开")),
    Verb("note", "text", True, also=("comment", "internal"), chinese=("内部备注", "备注", "注释")),
    Verb("reply", "text", True, also=("answer", "respond"), chinese=("回复", "答复")),
    Verb("ask", "text", True, also=("question",), chinese=("询问", "追问", "提问")),
    Verb("cc", "addresses", also=("copy",), chinese=("抄送",)),
    Verb("uncc", "addresses", also=("uncopy",), chinese=("取消抄送",)),
    Verb("subject", "text", also=("title", "rename"), chinese=("主题", "标题")),
    Verb("merge", "ticket", also=("join", "duplicate"), chinese=("合并到", "合并"), confirm=True),
    Verb("split", "text", True, chinese=("拆分", "分开"), confirm=True),
    Verb("link", "ticket", also=("relate",), chinese=("关联", "链接")),
    Verb("due", "moment", also=("deadline",), chinese=("截止", "期限")),
    Verb("remind", "moment", also=("reminder",), chinese=("提醒",)),
    Verb("spam", also=("junk",), chinese=("垃圾邮件", "垃圾"), confirm=True),
    Verb("new", "text", chinese=("新建", "新工单")),
    Verb("for", "address", True, also=("onbehalf",), chinese=("代",)),
    Verb("cause", "text", also=("rootcause",), chinese=("根本原因", "原因")),
    Verb("knowledge", "text", True, also=("article", "kb"), chinese=("知识库", "知识")),
    Verb("canned", "canned", also=("template", "macro"), chinese=("模板", "常用语", "套用")),
    Verb("why", also=("explain",), chinese=("为什么", "为何")),
    Verb("undo", also=("revert",), chinese=("撤销", "撤回")),
    Verb("help", "text", True, also=("commands",), chinese=("帮助",)),
)  # fmt: skip

BY_NAME: Mapping[str, Verb] = {verb.name: verb for verb in VERBS}
ENGLISH: Mapping[str, Verb] = {word: verb for verb in VERBS for word in (verb.name, *verb.also)}
CHINESE: Mapping[str, Verb] = {word: verb for verb in VERBS for word in verb.chinese}
_LONGEST_FIRST = sorted(CHINESE, key=len, reverse=True)


def find(word: str) -> tuple[Verb, ...]:
    """Give the verbs a word can mean: one where it is a verb or begins just one, several where it begins several."""
    if word in ENGLISH:
        return (ENGLISH[word],)
    begun = dict.fromkeys(verb.name for known, verb in ENGLISH.items() if known.startswith(word)) if word else {}
    return tuple(BY_NAME[name] for name in begun)


def find_chinese(run: str) -> tuple[Verb, str] | None:
    """Give the verb that a run of Chinese begins with, and what follows it; Chinese needs no space between."""
    for word in _LONGEST_FIRST:
        if run.startswith(word):
            return CHINESE[word], run[len(word) :]
    return None
