"""What the review says, in each language it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from maild.report.period import Period

_EN = {
    "review": "Monthly review",
    "review_of_days": "Review",
    "comparison": "Before and after",
    "against": "{before} against {after}",
    "so_far": "{period}, so far",
    "opened": "New tickets",
    "resolved": "Solved",
    "open": "Open at the end",
    "first_response": "First answer, median",
    "resolution": "Solution, median",
    "answered_in_time": "Answered in time",
    "resolved_in_time": "Solved in time",
    "reopened": "Opened again",
    "rating": "Rating",
    "self_service": "Self-service",
    "volume": "New tickets per working day",
    "than_before": "before: {value}",
    "came_title": "What came and what was solved",
    "came_say": "{opened} new tickets, {resolved} solved, {open} open at the end.",
    "came": "new",
    "went": "solved",
    "kinds_title": "What it was about",
    "kinds_say": "Most of it was {name}: {count} of {all} tickets, {percent}.",
    "this_time": "this time",
    "time_before": "before",
    "kind": "Category",
    "count": "Tickets",
    "answer_median": "First answer: median",
    "answer_ninetieth": "90 % within",
    "solution_median": "Solution: median",
    "solution_ninetieth": "90 % within",
    "promises_title": "Promises kept",
    "promises_say": "{kept} of {all} promises that fell due were kept ({percent}); {broken} were broken.",
    "promises_none": "No promise fell due.",
    "kept": "kept",
    "broken": "broken",
    "share": "Share kept",
    "answer_of": "{name}: answer",
    "solution_of": "{name}: solution",
    "speed_title": "How long it took",
    "speed_say": "In business time. Half were quicker than the median; nine of ten within the other figure.",
    "median": "median",
    "ninetieth": "90 % within",
    "priority": "Priority",
    "ratings_title": "What requesters say",
    "ratings_say": "{count} ratings, {mean} of 5 on average. {low} of them were 1 or 2.",
    "ratings_none": "Nobody has rated a ticket.",
    "stars": "{stars} of 5",
    "backlog_title": "What is still open, by age",
    "backlog_say": "{open} open tickets; {old} of them are older than 14 days.",
    "days": "{age} days",
    "loads_title": "Load of each agent",
    "loads_say": "Solved in the period, and open at its end.",
    "agent": "Agent",
    "nobody": "nobody",
    "solved": "Solved",
    "still_open": "Open",
    "cost_title": "What it cost",
    "cost_say": "{count} solved tickets lay on the desk for {time} of business time together, and their requesters "
    "waited {elapsed} on average, nights and weekends included. We wrote {touches} mails and notes about them.",
    "cost_none": "Nothing was solved.",
    "desk_time": "On the desk",
    "each": "Per ticket",
    "elapsed_each": "Waiting per ticket",
    "touches": "Mails and notes",
    "touches_each": "Per ticket",
    "known_cost": "What it cost",
    "known_cost_say": "{count} of {all} are solved: {time} on the desk in business time, {elapsed} of waiting each, "
    "{touches} mails and notes of ours.",
    "known_causes": "Usual causes",
    "known_solutions": "What helped",
    "known_nothing": "Nobody has written it down.",
    "times": "{text} ({count}×)",
    "problems_title": "The problems that came back most",
    "problems_say": "Tickets that read alike, counted together. Solving the first three for good would spare {count}.",
    "problems_none": "No two tickets were about the same thing.",
    "problem": "Problem",
    "people": "People",
    "numbers": "For instance",
    "why_title": "Five whys",
    "why_say": "One sheet for each problem. Ask why until the answer is something that the desk can change.",
    "why_facts": "{count} tickets of {people} people, {before} before; {category}. For instance {numbers}.",
    "why": "Why?",
    "cause": "Root cause",
    "measure": "What we change",
    "who": "Who, by when",
    "check": "How we see that it helps",
    "notes_title": "How to read this",
    "note_period": "Counted is what happened from {first} to {last}: tickets that came, answers and solutions "
    "that were given, promises that fell due.",
    "note_times": "Times are business time of the desk. What a ticket waited for its requester, or was held for solved "
    "before it came back, is not in them. Tickets that nobody has answered or solved yet are in none of the times.",
    "note_effort": '"On the desk" is how long tickets lay with us in business time, not how long somebody worked on '
    "them. Causes and solutions are what agents wrote; like words are counted together.",
    "note_problems": "The grouping by likeness is done by words alone and can err; the numbers lead to the tickets.",
    "measured": "What",
    "before": "Before",
    "after": "After",
    "counted": "Counted",
    "chance": "By chance alone",
    "verdict": "In words",
    "sure_better": "better, and hardly by chance",
    "sure_worse": "worse, and hardly by chance",
    "sure": "different, and hardly by chance",
    "likely_better": "better, probably not by chance",
    "likely_worse": "worse, probably not by chance",
    "likely": "different, probably not by chance",
    "chance_verdict": "may well be chance",
    "few": "too few to say",
    "compare_say_none": "Nothing differs by more than chance would make of it. That does not show that the change was "
    "useless: a small effect needs more tickets to be seen.",
    "compare_say": "{clear} of {all} measures differ by more than chance would make of it.",
    "compare_title": "What changed, and what can be chance",
    "note_chance": '"By chance alone" is how often such a difference would turn up if nothing had changed, raised '
    "because several things were looked at (Mann-Whitney and Fisher's exact test, corrected after Holm). Under 5 % "
    "we say probably not, under 1 % hardly.",
    "note_cause": "That a difference is no chance does not say that your change made it: holidays, new staff, another "
    "season or an outage would show in the same way. A trial with a part of the desk at the same time says more.",
    "note_few": "Where one side has fewer than {fewest} values, nothing is said.",
    "category": "category",
}
_ZH = {
    "review": "月度回顾",
    "review_of_days": "回顾",
    "comparison": "前后对比",
    "against": "{before} 与 {after}",
    "so_far": "{period}（截至目前）",
    "opened": "新工单",
    "resolved": "已解决",
    "open": "期末未解决",
    "first_response": "首次答复（中位数）",
    "resolution": "解决用时（中位数）",
    "answered_in_time": "按时答复",
    "resolved_in_time": "按时解决",
    "reopened": "重新打开",
    "rating": "评分",
    "self_service": "自助解决",
    "volume": "每个工作日的新工单",
    "than_before": "上期：{value}",
    "came_title": "来了多少，解决了多少",
    "came_say": "新工单 {opened} 个，解决 {resolved} 个，期末还有 {open} 个未解决。",
    "came": "新增",
    "went": "解决",
    "kinds_title": "都是什么问题",
    "kinds_say": "最多的是{name}：{all} 个工单中有 {count} 个，占 {percent}。",
    "this_time": "本期",
    "time_before": "上期",
    "kind": "类别",
    "count": "工单",
    "answer_median": "首次答复：中位数",
    "answer_ninetieth": "90% 不超过",
    "solution_median": "解决：中位数",
    "solution_ninetieth": "90% 不超过",
    "promises_title": "承诺兑现",
    "promises_say": "到期的 {all} 个承诺中兑现了 {kept} 个（{percent}），{broken} 个没有兑现。",
    "promises_none": "本期没有到期的承诺。",
    "kept": "按时",
    "broken": "超时",
    "share": "按时比例",
    "answer_of": "{name}：答复",
    "solution_of": "{name}：解决",
    "speed_title": "用了多长时间",
    "speed_say": "按工作时间计算。一半的工单快于中位数，十个中有九个不超过另一个数字。",
    "median": "中位数",
    "ninetieth": "90% 不超过",
    "priority": "优先级",
    "ratings_title": "用户怎么说",
    "ratings_say": "共 {count} 个评分，平均 {mean} 分（满分 5 分），其中 {low} 个只有 1 分或 2 分。",
    "ratings_none": "本期没有人评分。",
    "stars": "{stars} 分",
    "backlog_title": "还没解决的工单有多久了",
    "backlog_say": "还有 {open} 个工单未解决，其中 {old} 个超过 14 天。",
    "days": "{age} 天",
    "loads_title": "每位人员的工作量",
    "loads_say": "本期解决的工单，以及期末手上的工单。",
    "agent": "人员",
    "nobody": "未分配",
    "solved": "已解决",
    "still_open": "未解决",
    "cost_title": "花了多少功夫",
    "cost_say": "已解决的 {count} 个工单在服务台共停留 {time}（工作时间），用户平均等待 {elapsed}（含夜间和周末）。"
    "我们为此写了 {touches} 封邮件和备注。",
    "cost_none": "本期没有解决工单。",
    "desk_time": "停留时间",
    "each": "每个工单",
    "elapsed_each": "每个等待",
    "touches": "邮件和备注",
    "touches_each": "每个工单",
    "known_cost": "花了多少功夫",
    "known_cost_say": "{all} 个中已解决 {count} 个：在服务台共停留 {time}（工作时间），平均等待 {elapsed}，"
    "我们写了 {touches} 封邮件和备注。",
    "known_causes": "常见原因",
    "known_solutions": "有效的办法",
    "known_nothing": "还没有人记录。",
    "times": "{text}（{count} 次）",
    "problems_title": "反复出现最多的问题",
    "problems_say": "内容相近的工单归为一个问题。彻底解决前三个问题，可以少 {count} 个工单。",
    "problems_none": "没有两个工单是同一个问题。",
    "problem": "问题",
    "people": "人数",
    "numbers": "例如",
    "why_title": "五个为什么",
    "why_say": "每个问题一张表。一直问为什么，直到答案是服务台能够改变的事情。",
    "why_facts": "{people} 人提出 {count} 个工单，上期 {before} 个；{category}。例如 {numbers}。",
    "why": "为什么？",
    "cause": "根本原因",
    "measure": "改进措施",
    "who": "负责人和期限",
    "check": "怎样检查效果",
    "notes_title": "怎样看这些数字",
    "note_period": "统计 {first} 至 {last} 期间发生的事：新来的工单、给出的答复和解决、到期的承诺。",
    "note_times": "用时按服务台的工作时间计算，等待用户答复的时间、解决之后到重新打开之前的时间不算在内。"
    "还没有答复或解决的工单不计入用时。",
    "note_effort": "“停留时间”是工单在我们手上的工作时间，不是实际动手的时间。"
    "原因和办法取自处理人员写的内容，相近的说法合并计数。",
    "note_problems": "相近的工单只按文字归类，可能有误；可以按编号查看原工单。",
    "measured": "指标",
    "before": "之前",
    "after": "之后",
    "counted": "数量",
    "chance": "纯属偶然的可能",
    "verdict": "结论",
    "sure_better": "变好了，几乎不可能是偶然",
    "sure_worse": "变差了，几乎不可能是偶然",
    "sure": "有变化，几乎不可能是偶然",
    "likely_better": "变好了，多半不是偶然",
    "likely_worse": "变差了，多半不是偶然",
    "likely": "有变化，多半不是偶然",
    "chance_verdict": "很可能只是偶然",
    "few": "数量太少，无法判断",
    "compare_say_none": "各项差别都可能只是偶然。这不说明改变没有用：效果小的时候，需要更多工单才看得出来。",
    "compare_say": "{all} 项指标中有 {clear} 项的差别不像是偶然。",
    "compare_title": "有哪些变化，哪些可能只是偶然",
    "note_chance": "“纯属偶然的可能”是指：如果什么都没有改变，出现这样的差别有多常见；因为同时看了多项指标，已作校正"
    "（Mann-Whitney 检验、Fisher 精确检验、Holm 校正）。低于 5% 说“多半不是”，低于 1% 说“几乎不可能”。",
    "note_cause": "差别不是偶然，也不说明就是您的改变带来的：节假日、新员工、季节或一次故障都会有同样的表现。"
    "同一时期只在一部分人中试行，更能说明问题。",
    "note_few": "有一边少于 {fewest} 个时，不作判断。",
    "category": "类别",
}
WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "zh": _ZH}

_CATEGORIES = {"hardware": "硬件", "software": "软件", "network": "网络", "account": "账号", "other": "其他"}
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


class Speech:
    """The words of one language, and its ways to write figures."""

    def __init__(self, language: str) -> None:
        self.language = "zh" if language.startswith("zh") else "en"
        self._words = WORDS[self.language]

    def __call__(self, key: str, **values: object) -> str:
        return self._words[key].format(**values)

    @property
    def is_chinese(self) -> bool:
        return self.language == "zh"

    def period(self, period: Period) -> str:
        """Name a period as a title does: "October 2026", "5 October 2026 to 9 October 2026"."""
        if period.is_month:
            day = period.first
            return f"{day.year}年{day.month}月" if self.is_chinese else f"{_MONTHS[day.month - 1]} {day.year}"
        between = "至" if self.is_chinese else " to "
        return f"{self.day(period.first)}{between}{self.day(period.last)}"

    def day(self, day: date) -> str:
        if self.is_chinese:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def length(self, time: timedelta | None) -> str:
        """Write business time, of which a day has no fixed number of hours: "25 min", "3 h 20 min", "31 h"."""
        if time is None:
            return "–"
        minutes = round(time.total_seconds() / 60)
        hours, rest = divmod(minutes, 60)
        hour, minute = (" 小时", " 分") if self.is_chinese else (" h", " min")
        if hours >= 10:
            return f"{round(minutes / 60)}{hour}"
        if not hours:
            return f"{rest}{' 分钟' if self.is_chinese else minute}"
        if not rest:
            return f"{hours}{hour}"
        return f"{hours}{hour} {rest}{minute}"

    def waited(self, time: timedelta) -> str:
        """Write time of all hours, in days where it is long: "2.5 days"."""
        if time < timedelta(hours=48):
            return self.length(time)
        return f"{time / timedelta(days=1):.1f}{' 天' if self.is_chinese else ' days'}"

    def percent(self, share: float | None) -> str:
        if share is None:
            return "–"
        shown = f"{100 * share:.0f}" if share in (0, 1) or 0.1 <= share <= 0.99 else f"{100 * share:.1f}"
        return f"{shown}%" if self.is_chinese else f"{shown} %"

    def mean(self, value: float | None) -> str:
        return "–" if value is None else f"{value:.1f}"

    def chance(self, value: float) -> str:
        """Write a probability without more digits than it deserves."""
        if value < 0.001:
            return "< 0.1%" if self.is_chinese else "< 0.1 %"
        shown = f"{100 * value:.1f}" if value < 0.1 else f"{100 * value:.0f}"
        return f"{shown}%" if self.is_chinese else f"{shown} %"

    def list(self, parts: Iterable[str]) -> str:
        """Write several things one after the other."""
        return ("；" if self.is_chinese else "; ").join(parts)

    def category(self, name: str) -> str:
        return _CATEGORIES.get(name, name) if self.is_chinese else name
