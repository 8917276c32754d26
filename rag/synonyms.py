"""Words that a question about news may use for one another: what is led is headed, what collapses breaks down."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rag.words import word_key

# Interchangeable in a question about news, though not in every sense. Verbs by their base form; the first word of
# several is inflected.
VERBS = """
lead, head, chair, be at the head of | host, receive, welcome
begin, start, open, kick off, commence, get under way | end, finish, conclude, wrap up, come to an end
happen, occur, take place, come about | hold, stage, organise | kill, slay, murder | attack, assault, strike, raid
injure, wound, hurt | die, lose their lives, perish | arrest, detain, seize, take into custody
accuse, blame, charge | say, state, declare, remark | tell, inform | announce, make public, disclose, reveal
ask, request, call for, demand, seek | agree, consent, come to terms | refuse, decline, reject, turn down
promise, pledge, vow, undertake | help, assist, aid, support, back | fight, combat, counter, battle, tackle
stop, halt, cease, put an end to, discontinue | prevent, avert, block | create, make, set up, establish, found
build, construct, erect | destroy, demolish, wreck | damage, harm | buy, purchase, acquire | sell, market
pay, spend, hand over | give, provide, grant, supply, furnish, offer | get, obtain, receive, be given
win, gain, secure | lose, forfeit | show, display, exhibit | see, observe, notice
think, believe, hold, reckon, feel | want, wish for, desire, hope for, be after | need, require | fear, worry about
choose, pick, select, opt for | appoint, name, make, install as | leave, quit, depart, walk out of | arrive, turn up
go, travel, head | meet, get together with, see, sit down with | talk, speak, confer | discuss, talk about, go over
visit, go to, travel to, call on | return, come back, go back | send, dispatch | bring, carry, take | keep, retain
increase, rise, grow, go up, climb | decrease, fall, drop, go down, shrink, decline | improve, get better
worsen, deteriorate, get worse, go downhill | collapse, break down, fall apart, fail
resume, restart, pick up again | delay, postpone, put off | cancel, call off, scrap
cause, lead to, bring about, trigger, bring on | use, employ | publish, issue, release, put out, bring out
write, pen, author | replace, take the place of, succeed | rule, govern | play, perform | sing, perform
train, teach, coach, instruct | join, become a member of, enter | own, possess | control, run, be in charge of
command, direct | try, attempt, seek | allow, permit, let | ban, forbid, prohibit | force, compel, make
represent, speak for, stand for | include, comprise, take in | consist of, be made up of | call, name, term, dub
describe, portray, characterise | praise, commend, applaud, hail | criticise, condemn, attack | urge, press, exhort
warn, caution, alert | stress, emphasise, underline, underscore | deny, dispute | admit, concede
confirm, verify, bear out | suggest, propose, put forward | plan, intend, mean | expect, anticipate, look for
finance, fund, pay for, bankroll | sign, put a name to | break, violate, breach | protect, guard, shield, defend
share, have in common | threaten, endanger, menace | capture, take, seize | escape, flee, get away from
hide, conceal | search, look for, hunt for | find, discover, locate, come across | save, rescue
vote, cast a ballot | elect, choose | move, shift, relocate | live, reside, dwell | work, be employed
belong to, be part of, form part of | come from, stem | reaffirm, restate, renew
strengthen, reinforce, bolster, boost | weaken, undermine | cooperate, collaborate, team up
negotiate, bargain, hold talks | withdraw, pull out, retreat | settle, resolve, sort out | launch, start, begin
consider, regard as, deem, see as | know, be aware of | carry out, conduct, perform
affect, influence, have an effect on
"""
NOUNS = """
meeting, talks, session, gathering, get-together | dialogue, talks, discussions, consultations
country, nation, state | government, administration, authorities, cabinet | relations, ties, links, relationship
official, officer, functionary | delegation, team, side, party | leader, chief, head, boss
minister, member of the cabinet | envoy, ambassador, diplomat | spokesman, spokesperson, spokeswoman
adviser, counsellor, aide | soldier, trooper, fighter | army, military, armed forces
police, law enforcement, officers | attack, assault, strike, raid | bomb, explosive, explosive device
weapon, arm, gun | terrorist, militant, extremist | terrorism, militancy, extremism | war, conflict, fighting
peace, truce | ceasefire, truce, armistice | agreement, deal, accord, pact
statement, communique, announcement, declaration | report, account | plan, scheme, project
aim, goal, purpose, objective, target | reason, cause, ground | result, outcome
problem, difficulty, issue, trouble | threat, danger, menace, peril | help, aid, assistance, support
money, funds, cash | price, cost | job, post, position | work, labour | company, firm, business, enterprise
trade, commerce | people, persons | group, organisation, outfit | member, participant | house, home | city, town
capital, seat of government | border, frontier | area, region, zone | place, location, site, spot
building, structure | car, vehicle | ship, vessel, boat | aircraft, plane | road, street | child, kid, youngster
woman, lady | man, guy | wife, spouse, partner | husband, spouse, partner | doctor, physician
illness, disease, sickness | film, movie, picture | song, track, tune | book, title, volume | year, twelve months
week, seven days | start, beginning, outset | end, close, conclusion | visit, trip, stay
election, vote, poll, ballot | parliament, legislature | court, tribunal | law, statute, act | prison, jail
crime, offence | victim, casualty | neighbour, adjoining country | enemy, foe, opponent | friend, ally
partner, ally, associate | topic, subject, theme, matter | chance, prospect, likelihood, odds | change, shift
growth, rise, increase | fall, drop, decline | quantity, amount | name, title | kind, type, sort
number, count, figure | part, portion, share | role, part, function | view, opinion, belief
decision, choice, ruling | demand, request, call | answer, reply, response | training, instruction, schooling
"""
OTHERS = """
big, large, huge | small, little | important, significant, key, major | urgent, pressing | new, fresh, recent
former, ex-, one-time, erstwhile | main, chief, principal, leading | whole, entire | many, a lot of, numerous
common, shared, joint | difficult, hard, tough | dangerous, risky, hazardous | famous, well-known, renowned
recently, lately, not long ago | earlier, before, previously | afterwards, later, subsequently
currently, now, at present | quickly, fast, rapidly | about, concerning, regarding | because of, due to, owing to
American, US | British, UK
"""
_IRREGULAR = {
    "lead": "led led", "be": "was been", "begin": "began begun", "get": "got got", "come": "came come",
    "take": "took taken", "hold": "held held", "slay": "slew slain", "strike": "struck struck", "hurt": "hurt hurt",
    "lose": "lost lost", "say": "said said", "tell": "told told", "make": "made made", "seek": "sought sought",
    "fight": "fought fought", "put": "put put", "set": "set set", "build": "built built", "buy": "bought bought",
    "sell": "sold sold", "pay": "paid paid", "spend": "spent spent", "give": "gave given", "win": "won won",
    "see": "saw seen", "show": "showed shown", "think": "thought thought", "feel": "felt felt",
    "choose": "chose chosen", "leave": "left left", "quit": "quit quit", "go": "went gone", "meet": "met met",
    "sit": "sat sat", "speak": "spoke spoken", "send": "sent sent", "bring": "brought brought", "keep": "kept kept",
    "rise": "rose risen", "grow": "grew grown", "fall": "fell fallen", "break": "broke broken",
    "write": "wrote written", "sing": "sang sung", "teach": "taught taught", "become": "became become",
    "run": "ran run", "let": "let let", "forbid": "forbade forbidden", "stand": "stood stood",
    "mean": "meant meant", "bear": "bore borne", "flee": "fled fled", "hide": "hid hidden", "find": "found found",
    "know": "knew known", "have": "had had", "withdraw": "withdrew withdrawn", "shrink": "shrank shrunk",
    "undertake": "undertook undertaken", "cast": "cast cast",
}  # fmt: skip


def forms(verb: str) -> tuple[str, str, str, str, str]:
    """Base, third person, past, participle and -ing form; of several words the first is inflected."""
    first, _, rest = verb.partition(" ")
    rest = f" {rest}" if rest else ""
    stem = first[:-1] if first.endswith("e") and first not in ("be", "see", "flee") else first
    hard = bool(re.fullmatch(r"(?:[^aeiou]*[aeiou][bdgmnpt]|rebut|pen)", first)) and first not in ("be",)
    stem = stem + stem[-1] if hard else stem
    if first == "be":
        third = "is"
    elif first == "have":
        third = "has"
    elif re.search(r"(?:[sxz]|ch|sh|o)$", first):
        third = first + "es"
    elif re.search(r"[^aeiou]y$", first):
        third = first[:-1] + "ies"
    else:
        third = first + "s"
    if first in _IRREGULAR:
        past, participle = _IRREGULAR[first].split()
    else:
        past = participle = first[:-1] + "ied" if re.search(r"[^aeiou]y$", first) else stem + "ed"
    return verb, third + rest, past + rest, participle + rest, stem + "ing" + rest


def plural(noun: str) -> str:
    head, _, rest = noun.partition(" of ")
    if head.endswith("s") or head in ("people", "police", "money", "cash", "aid", "help", "aircraft", "military"):
        return noun
    if re.search(r"[^aeiou]y$", head):
        head = head[:-1] + "ies"
    elif head.endswith("man"):
        head = head[:-3] + "men"
    else:
        head += "es" if re.search(r"(?:[sxz]|ch|sh)$", head) else "s"
    return f"{head} of {rest}" if rest else head


def columns() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Groups of interchangeable words by their form: five columns of verbs (base, third person, past, participle and
    -ing form), then nouns, their plurals, and the rest. Words of several parts are left out."""

    def groups(text: str) -> list[list[str]]:
        return [[w.strip() for w in line.split(",") if w.strip()] for line in re.split(r"[|\n]", text) if line.strip()]

    def single(words: Iterable[str]) -> tuple[str, ...]:
        return tuple(w for w in words if " " not in w)

    verbs = [[forms(v) for v in group] for group in groups(VERBS)]
    nouns, others = groups(NOUNS), groups(OTHERS)
    found = [tuple(single(verb[n] for verb in group) for group in verbs) for n in range(5)]
    found += [tuple(map(single, nouns)), tuple(single(map(plural, g)) for g in nouns), tuple(map(single, others))]
    return tuple(found)


@lru_cache(maxsize=1)
def synonyms() -> Mapping[str, frozenset[str]]:
    """Key of a word to the keys of the single words that may stand for it, see ``rag.words.word_key``."""
    found: dict[str, set[str]] = {}
    for column in columns():
        for group in column:
            keys = {word_key(word)[0] for word in group}
            for key in keys:
                found.setdefault(key, set()).update(keys - {key})
    return {key: frozenset(others) for key, others in found.items()}
