"""Words in a question that tell what it wants: patterns only."""

import re

# The first that occurs in the question is its kind; where two begin at the same place, the one higher up.
KIND_CUES = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (
            "how many",
            r"\bhow (?:many|much|long|often|old|far|large|big|high|deep|tall|wide|heavy|fast|hot|cold|strong)\b"
            r"|\b(?:what|which) (?:\w+ )?(?:number|share|percentage|proportion|amount|sum|price|size|age|length|height"
            r"|depth|speed|distance|margin|temperature|turnout|score|rate|toll|percent|per cent)\b"
            # As a note has it: "number of starters 2018", "turnout in the second round?"
            r"|^(?:the )?(?:number|share|percentage|proportion|amount|price|size|age|length|height|depth|speed|duration"
            r"|turnout|cost|costs|death toll|toll)\b"
            r"|\bwhat (?:did|does|do|will|would) (?:(?!\bto\b)[^?])*\b(?:cost|earn|weigh)\b"
            r"(?=\s*(?:[?,.]|$|in\b|per\b))",
        ),
        (
            "when",
            r"\bwhen\b|\b(?:what|which|what's|whats) (?:(?:is|was) )?(?:the )?(?:day|date|month|year|time)s?\b"
            r"|\bhow long ago\b|^(?:the )?(?:exact )?dates?\b"
            r"|^(?:the )?(?:day|month|year)(?: and (?:day|month|year))?(?= (?:of|when|that|in which)\b| (?-i:[A-Z]))",
        ),
        (
            "where",
            r"\bwhere(?:abouts)?\b"
            r"|\b(?:what|which) (?:city|cities|place|places|venue|capital|country|countries|town)\b",
        ),
        (
            "who",
            r"\bwho(?:m|se|'s)?\b|\bwhat(?:'s| is| was) the name\b|\b(?:what|which) (?:person|people|official|minister"
            r"|ambassador|diplomat|leader|president|secretary|adviser|wom[ae]n|m[ae]n|member|candidate|politician|judge"
            r"|player|runner|athlete|officer|general|mayor|governor|senator|lawyer|doctor|scientist|author|artist|actor"
            r"|singer|chief|director|chair|king|queen|prince|bishop|pilot|captain|coach|teacher|student)s?\b",
        ),
        ("why", r"\bwhy\b|\bfor what reason\b|\bwhat (?:caused|made|led to)\b|\bhow come\b"),
        ("how", r"\bhow\b"),
        ("which", r"\bwhich\b"),
        ("what", r"\bwhat\b"),
    )
)
_AUXILIARY = "is|are|was|were|did|does|do|has|have|had|will|would|can|could|should|may|might"
YES_NO = re.compile(rf"^(?:and |but |so |then )?(?:{_AUXILIARY})(?:n't)?\b", re.I)
# "Can you tell me who ..." asks who.
ASKED_INSIDE = re.compile(r"^(?:\w+ ){1,5}(?:who|what|when|where|why|how|which)\b", re.I)
_PLURALS = (
    "topics|subjects|issues|areas|groups|cities|places|countries|officials|people|dialogues|meetings|talks|events|"
    "articles|rounds|delegations|leaders|organi[sz]ations|threats|challenges|points|agencies|departments|ministries|"
    "years|dates|reasons|ways|things|steps|measures|statements|offices|titles"
)
LIST = re.compile(
    r"\b(?:list|all|every|each|both(?!\s+(?:sides|countries|nations|governments|parties)\b)|several|various|different)\b"
    r"|\bwho all\b|\bwhat (?:are|were) the\b"
    r"|\bname (?:the|all|some|two|three|four|five)\b"
    r"|\b(?:everything|pull together|compile)\b"
    rf"|\b(?:what|which)\s+(?:[\w-]+\s+){{0,2}}?(?:{_PLURALS})\b",
    re.I,
)
_MEETING = "dialogue|meeting|round|talks|summit"
COMPARES = re.compile(r"^(?:please\s+)?compar", re.I)
LATEST = re.compile(rf"\b(?:latest|most recent|newest|recently|recent|last (?:{_MEETING}|time))\b", re.I)
# From the event of the turn before to its neighbour: "and at the one after that?", "the previous round?".
# What takes place at a time in a place.
EVENT_NOUN = (
    "dialogue|talks|meeting|round|summit|conference|session|match|game|trial|election|ceremony|hearing|attack|festival|"
    "concert|wedding|funeral|march|protest|race|fair|exhibition"
)
_ONE = rf"(?:one|time|{_MEETING})"
STEP = re.compile(
    r"\b(?P<later>(?:after|following) (?:that|it|this|them)|later on|the next time"
    rf"|(?:next|following|later) {_ONE}|{_ONE} (?:after|that followed))\b"
    rf"|\b(?:before (?:that|it|this|them)|(?:previous|preceding|prior) {_ONE}|{_ONE} before)\b",
    re.I,
)
FIRST = re.compile(rf"\b(?:earliest|first (?:{_MEETING}))\b", re.I)
# "The first round", of which the one after it is none.
ORDERED = re.compile(
    rf"\b(?:first|earliest|latest|last|newest|(?:most )?recent)\s+(?=(?:[\w-]+\s+){{0,2}}?(?:{_MEETING})\b)", re.I
)
BACK = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|theirs|it|its|there|then|that|those|these|this|the same|"
    r"the other|the former|the latter|one)\b",
    re.I,
)
PERSON = re.compile(r"\b(?:he|she|him|his|hers|her)\b", re.I)
SHE = re.compile(r"\b(?:she|hers|her)\b", re.I)
# Words that stand before a name and are none of it.
OFFICES = frozenset(
    "Secretary State Ambassador President Prime Minister Foreign Chancellor King Queen Prince Princess Advisor "
    "Adviser Coordinator Commissioner High Former Acting Additional Deputy Vice Chief General Colonel Captain "
    "Mayor Governor Senator Judge Justice Department Ministry Office Embassy Spokesman Spokeswoman Director "
    "Chairman Professor Doctor Dr Mr Mrs Ms Sir U.S U.S. US UN United States Nations National Security Affairs "
    "Government Delegation The".split()
)
# Words with which a follow-up takes up the question before.
TAKES_UP = "and|but|so|or|also|what about|how about|what of|then|plus"
FOLLOW = re.compile(rf"^(?:{TAKES_UP}|as well)\b", re.I)
_ASKS = "who|whom|whose|when|where|why|how|which|what|did|does|was|were|is|are|has|have"
SPLIT = re.compile(rf"\?\s+(?=\S)|,?\s+and\s+(?:also\s+)?(?=(?:{_ASKS})\b)", re.I)
# "Who said", "who spoke of", "who warned": the answer is the speaker.
SPOKEN = re.compile(
    r"\bwho\b[^?]*\b(?:sa(?:id|ys?)|sp(?:oke|eaks?)|told|tells?|claim(?:s|ed)|warn(?:s|ed)|argu(?:es|ed)|call(?:s|ed)|"
    r"describ(?:es|ed)|think(?:s)?|thought|believ(?:es|ed)|mention(?:s|ed)|stress(?:es|ed)|express(?:es|ed)|prais(?:es|ed))\b",
    re.I,
)
# Who leads, heads, receives: a person, and neither a country nor a town.
WANTS_PERSON = re.compile(
    r"\bwho(?:m|se|'s)?\b[^?]*\b(?:le(?:ads?|ading|d)|(?:co-?)?(?:head|chair|host)(?:s|ed|ing)?|at the head|in charge|"
    r"represent(?:s|ed|ing)?|receiv(?:es|ed)|welcom(?:es|ed)|presid(?:es|ed)|sp(?:oke|eaks?) for|meets?|met|"
    r"(?:co-?)?chair|leader|chief|boss|host|envoy|ambassador|minister|adviser|advisor|coordinator|secretary|spokes\w+)\b"
    r"|\b(?:what|which) (?:person|official|minister|ambassador|envoy|diplomat|president|secretary|adviser|spokes\w+)\b",
    re.I,
)
# Keys of words of a question for a date that no sentence needs to have.
ASKS_DATE = frozenset("day date month year time week happen occur take place when held hold".split())
QUESTION_WORD = re.compile(rf"\b(?:{_ASKS}|name|list|tell)\b", re.I)
