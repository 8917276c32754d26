"""What a line of a scraped page looks like: prose, headline, widget, notice, teaser. No line is judged by its topic."""

import re
from enum import Enum


def any_of(*alternatives: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """One pattern of many alternatives, letter case ignored."""
    return re.compile(f"{before}{'|'.join(alternatives)}{after}", re.I)


TERMINAL = ".!?。！？｡؟۔।॥…։።"
# No widget is longer; it also bounds the time that any pattern here can take.
LONG_LINE_CHARACTERS = 1000
_CLOSERS = "\"'”’»«›)]}」』）】*_"
_QUOTES = re.compile('["“”„«»‹›「」『』]')
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
# Scripts without blanks between words; two characters make about one word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Thai, Lao, Burmese and Khmer mark no sentence ends.
_UNMARKED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_LIST_MARK = re.compile(r"^(?:[-*•·‣◦]|[–—](?=\s+[a-z])|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_ELLIPSIS = re.compile(r"(?:\.{3,}|…|\[(?:\.{3}|…)\])$")
_SENTENCE_INSIDE = re.compile(r"[a-z0-9”\"][.!?][\"”’)]*(?:\s+|\()[A-Z“\"(]")
_REPORTED = re.compile(
    r"\b(?:said|says|say|told|tells|asked|added|adds|according to|announced|reported|argued|wrote|stated|warned)\b",
    re.I,
)

FUNCTION_WORDS = frozenset(
    "a an the and or but nor of in on at by for from with without to into onto over under after before about as "
    "against between through during since until than that this these those his her its their our my your is are "
    "was were be been being has have had do does did will would can could may might must shall should not no it "
    "he she they we you i who which what when where why how if so up out off down via amid".split()
)
# Words that a widget, a menu or a page label is made of, in lower case.
WIDGET_WORDS = frozenset(
    "accessibility account accept ad ads advert adverts advertise advertisement advertising all also am an and "
    "android app apps archive archives article articles at audio author authors autoplay back bookmark breaking "
    "browse by cancel careers cart categories category channel channels close collapse comment comments "
    "conditions contact content continue cookie cookies copied copy copyright corrections cover credits dark data "
    "default desktop dialog disqus donate download ebook edition editor editor's email embed enable end english "
    "epaper e-paper error events exit expand explore facebook faq faqs favorites feed feedback flipboard follow "
    "font footer for forgot forget forgotten forum from fullscreen full gallery games get go google header "
    "headlines help hide home homepage hot image images in instagram issue jobs jump keyboard language latest "
    "learn less letters library like likes link linkedin links list listen live load loading local log login "
    "logout main manage map masthead media menu messenger min mins minute minutes mobile mode modal month more "
    "most mute my navigation network new news newsletter newsletters newest next night no not notifications now "
    "of off offers okay old older on online open opens options or our out page pages password paste pause paywall "
    "photo photos picks pin pinterest play player playing playlist please podcast podcasts policy poll popular "
    "popup post posts powered prev previous print privacy product products promo promoted publication puzzles "
    "quick quiz quizzes radio rate read reader readers reading recent recently recommended recommend reddit "
    "refresh register registered related reload reply report required reserved reset results reveal rights rss "
    "save saved screen scroll search sec second seconds section sections see select send settings share shares "
    "shared shortcuts show sign signup sitemap site skip slide slides slideshow sms snapchat source sources spam "
    "speed sponsor sponsored sports staff stories story stream submit subscribe subscriber subscribers "
    "subscription subtitles support switch tag tags tap telegram terms text the theme this threads tiktok time "
    "tip tips to today toggle toolbar top topics topic transcript trending try tv tweet tweets twitter "
    "unavailable unmute unsubscribe up updated updates upgrade upload url use user username version via video "
    "videos view viewed views visit volume wait watch weather web website weekly weibo week whatsapp widget "
    "wishlist x you your youtube zoom available currently aktuelles anmelden anzeige drucken einloggen empfehlen "
    "kommentar kommentare kommentieren mehr merken newsletteranmeldung suche startseite teilen themen weiterlesen "
    "zum zur accueil connexion imprimer partager publicité commentaires recherche abonnez s'abonner lire suivez "
    "compartir comentarios imprimir publicidad inicio buscar suscribirse condividi commenti pubblicità "
    "compartilhar comentários".split()
)
# Of those, the ones that no headline is made of; a line of widget words needs one.
_SOFT = frozenset(
    "all also am an and at back by end for from full go hot in issue jobs list live local main map media most my "
    "new no not now of off on online open or our out page please radio second site source sources speed staff "
    "stories story support text the this time today top to up use via video wait week weather you your visit rate "
    "report results games events english learn like letters library month network night offers old older options "
    "poll product products publication quick see select send sports stream try tips tip zum zur mehr data dark "
    "error language credits available currently seconds minutes minute mins min sec x headlines home read reading "
    "reader readers news".split()
)
_SECTION = any_of(
    r"hot (?:this week|today|now|topics)",
    r"you (?:may|might) also (?:like|be interested in|enjoy)",
    r"(?:related|recommended|popular|trending|latest|recent|similar|featured|top|more|other|editor[’']?s|must[- ]read"
    r"|sponsored|promoted|breaking)(?: (?:on|in|from|by|top|and|news|world))*"
    r"(?: (?:articles?|stories|story|posts?|news|content|reads?|reading|coverage|categories|topics|picks?|headlines"
    r"|videos?|links?|now|today))+",
    r"more (?:from|on|in|about|like) .{1,50}",
    r"most (?:read|popular|viewed|shared|commented|watched|recent).{0,30}",
    r"read (?:more|next|also)|also read|up next|next up|what to read next|see also|don[’']?t miss",
    r"in case you missed it|trending(?: now)?|recommended(?: for you)?|topics|tags|categories|related|popular|latest",
    r"(?:from |elsewhere )?(?:around|on|from) the web|paid content|top stories",
    r"mehr zum thema|lesen sie auch|das könnte sie (?:auch )?interessieren|meistgelesen|weitere artikel",
    r"(?:à )?lire aussi|sur le même sujet|les plus lus|lea también|le puede interesar|más leídas|más noticias",
    r"noticias relacionadas|leggi anche|leia também|mais lidas|читайте также|مزید پڑھیں|یہ بھی پڑھیں",
    r"اقرأ أيضا|اقرأ المزيد|相关阅读|相关新闻|延伸阅读|热门文章|関連記事",
    before="^(?:",
    after=r")\s*[:»›>▾▼]*$",
)
_COMMENTS = any_of(
    r"\(?\d[\d,.]*\)? (?:comments?|replies|responses)",
    r"(?:(?:view|show|see|post|leave|add|write|join|read) )?(?:(?:a|all|the|your) )?(?:\(?\d*\)? ?)?"
    r"(?:comments?|reply|conversation|discussion)(?: \(?\d+\)?)?(?: (?:below|here|policy|section))?",
    r"cancel reply|leave a reply|reader comments|kommentare|commentaires|comentarios",
    before="^(?:",
    after=r")\s*[:»›>]*$",
)
_INLINE_LINK = any_of(
    r"read(?: more| also| next)?|also read|related(?: story| article| stories)?|see also|watch(?: live| now| more)?",
    r"more(?: on this)?|listen|must read|don[’']t miss|recommended|go deeper|photos|gallery|tags?|topics?",
    r"filed under|share|lesen sie auch|lire aussi|lea también|leggi anche|مزید پڑھیں|اقرأ أيضا|相关阅读",
    before="^(?:",
    after=r")\s*[:|»›–—-]\s*\S",
)
_MACHINE = any_of(
    r"[a-z0-9]+(?:_[a-z0-9]+)+",
    r"https?://\S+|www\.\S+|[#@]\w+(?:[ ,]+[#@]\w+)*|\{\{.*\}\}|\[/?[a-z_]+.*\]|<[^>]+>|&\w+;",
    before="^(?:",
    after=")$",
)
_CLOCK = re.compile(r"^(?:[-–]?\d{1,2}:\d{2}(?::\d{2})?[\s/|·•-]*)+(?:HD|CC|LIVE|1x)?$", re.I)
_ARROW = re.compile(r"[»›→▶►▾▼⟩❯]\s*$|^\s*[«‹←◀◄❮]|^[▶►]")
_BREADCRUMBS = re.compile(r"\S [>›»] \S.* [>›»] \S")
_RATE = re.compile(r"[▲▼△▽]|[+\-−]?\d[\d,.]*\s?\(?[+\-−]?\d[\d.,]*\s?%\)?")
_NUMBER = re.compile(r"[+\-−]?[$€£¥₹]?\d[\d,.]*%?")
# What a page says to its visitor, wherever it stands; only with an address to the visitor, or without a full stop.
_NOTICE = any_of(
    r"\b(?:we (?:and our partners )?use cookies|uses? cookies|accept (?:all )?cookies)\b",
    r"\bcookie (?:policy|settings|preferences)\b",
    r"\b(?:this|the|your) ad (?:will|is|ends)\b",
    r"\b(?:your|this) browser (?:is|does|doesn)\b|\b(?:upgrade|update) your browser\b|\bsupported browsers\b",
    r"\b(?:enable|turn on|allow) javascript\b|\bjavascript (?:is|must be) (?:disabled|required|enabled)\b",
    r"\b(?:disable|turn off|pause|using an) (?:your )?ad[- ]?block(?:er|ing)?\b",
    r"\bsign(?:ing)? up (?:for|to) (?:our|the|get|receive|your|\w+[’']s)\b|\bsign up (?:here|now|today)\b",
    r"\bsubscrib(?:e|ing) (?:to|for|now|today)\b.*?\b(?:our|today|now|newsletter|read|continue|unlimited|\w+\.com)\b",
    r"\b(?:already|not) a (?:subscriber|member)\b|\balready have an account\b|\bdon[’']?t have an account\b",
    r"\b(?:log|sign) ?in (?:to|or|with) (?:your|continue|read|view|comment|register|an?|sign|google|facebook)\b",
    r"\bcreate (?:an|a free|your) account\b|\bforg[eo]t(?:ten)? (?:your )?password\b|\bwant access to\b",
    r"\byou have (?:reached|read|used) your\b|\bfree articles? (?:left|remaining|this month)\b",
    r"\b(?:click|tap|press) here\b|\bfollow us on\b|\b(?:like|find|join) us on\b",
    r"\bget (?:the|our|your) (?:latest|daily|free|best|top)[^.]{0,60}(?:inbox|newsletter|email|app|delivered)\b",
    r"\b(?:delivered|straight|sent) (?:directly |right )?to your (?:inbox|email|phone)\b",
    r"\bdownload (?:our|the) (?:free )?app\b|\ball rights reserved\b|\bpowered by \w+",
    r"\bby (?:continuing|clicking|signing up|submitting|subscribing|using (?:this|our) (?:site|website))\b",
    r"\byou agree to (?:our|the)\b|\b(?:our|read) privacy policy\b|^privacy policy\b",
    r"\b(?:our|of use|of service)\b.*\bterms\b|\bterms (?:of (?:use|service)|(?:and|&) conditions)\b",
    r"\bno media source\b|\bmedia (?:player|could not be)\b",
    r"\bvideo (?:player )?(?:is loading|unavailable|cannot be played|will play)\b",
    r"\b(?:story|article) continues (?:below|after)\b|\bcontinue reading\b|\bscroll (?:down )?to continue\b",
    r"\bskip (?:to|navigation|ad|advert)\b|\bopens? in (?:a )?new (?:window|tab)\b",
    r"\bdon[’']?t show (?:this )?again\b",
    r"\bsupport (?:our|independent|quality|strong local) journalism\b",
    r"\bbecome a (?:subscriber|member (?:today|now|and))\b",
    r"\bjoin the (?:conversation|discussion)\b|\bthis (?:page|website|site) (?:uses|requires|is protected)\b",
    r"\brecaptcha\b|\bshare this (?:article|story|post|page)\b|\bcopy link\b|\blink copied\b",
    r"\bprint this (?:article|page)\b|\bmanage (?:your )?(?:preferences|consent|subscription)\b",
    r"\bunsubscribe (?:at )?any ?time\b|\byour email address will not\b|\brequired fields are marked\b",
    r"\bnewsletter sign[- ]?up\b|^something went wrong\b",
    r"\bthank you for (?:subscribing|signing up|registering|reading)\b|^advertisement$",
    r"diese (?:website|seite) (?:verwendet|nutzt) cookies|ce site utilise|este sitio (?:web )?utiliza",
    r"newsletter abonnieren|abonnez-vous|suscríbase|使用 ?cookie|订阅我们",
)
_WEB = any_of(
    r"\b(?:browser|javascript|cookies|advert\w*|ads?|log ?in|sign ?(?:in|up)|regist\w+|password|subscri\w+)\b",
    r"\b(?:newsletters?|inbox|account|paywall|web ?site|this (?:page|site|content|article|story)|notifications?)\b",
    r"\b(?:unlimited|free trial|app|full experience|experience here|premium|comment(?:s|ing)?|email|share|click)\b",
    r"\b(?:membership|donat\w+|trial|device)\b",
)
_ADDRESS = any_of(
    r"\b(?:you|your|you[’']\w+|please|we|our|us|this (?:site|website|page|ad)|all rights reserved|skip|loading)\b",
    r"^(?:get|sign|log|join|try|enter|accept|follow|subscribe|read|see|learn|support|click|tap|press|close|share|become)\b",
    r"(?:verwendet|nutzt|utilise|utiliza|abonn\w+|suscr\w+|使用|订阅)",
)


_HEADLINES_OMIT = frozenset("the a an its his her their was were had has have been that which who".split())
_SPEECH = re.compile(r"^[\"“„«].{3,400}[\"”“»]\s+(?:\w+\s+){1,6}?(?:said|says|told|asked|added|wrote)\b")


class Kind(Enum):
    """What a line is, by its form alone."""

    PROSE = "prose"  # a sentence of 8 words or more
    SHORT = "short"  # a short sentence, or a line that leads to the next
    LIST = "list"
    WEAK = "weak"  # no sentence end: headline, label, menu entry, credit
    TITLED = "titled"  # a headline with a full stop
    TEASER = "teaser"  # cut off with an ellipsis
    SECTION = "section"  # opens a block of other stories
    COMMENTS = "comments"  # opens what readers wrote
    RULE = "rule"  # no word at all: a row of stars or dashes
    LABEL = "label"  # one or two widget words; a story may have such a line
    WIDGET = "widget"  # certainly furniture
    NOTICE = "notice"  # a sentence of the page to its visitor

    @property
    def is_sentence(self) -> bool:
        return self in (Kind.PROSE, Kind.SHORT, Kind.LIST)


def words_of(line: str) -> list[str]:
    return _WORD.findall(line)


def length(line: str) -> int:
    """Number of words; in scripts without blanks, half the number of characters."""
    unspaced = len(_UNSPACED.findall(line))
    return unspaced // 2 + len(words_of(_UNSPACED.sub(" ", line))) if unspaced else len(words_of(line))


def ends_sentence(line: str) -> bool:
    bare = line.rstrip(_CLOSERS + " ")
    return bool(bare) and bare[-1] in TERMINAL


def is_quoted(line: str) -> bool:
    """True where somebody is quoted or reported: a page never speaks so to its visitor."""
    return bool(_QUOTES.search(line.rstrip("»›")) or _REPORTED.search(line))


def is_ellipsis(line: str) -> bool:
    return bool(_ELLIPSIS.search(line[-12:]))


def is_title_case(line: str) -> bool:
    """True for "The Mayor Opens A Bridge Of His Own.": function words inside are capital, content words never small."""
    found = [w for w in words_of(line) if w[0].isalpha()]
    if len(found) < 4:
        return False
    small = [w for w in found[1:] if w[0].islower()]
    if any(w.lower() not in FUNCTION_WORDS for w in small):
        return False
    capital = [w for w in found[1:] if w == "A" or w.istitle() and w.lower() in FUNCTION_WORDS and w != "I"]
    return len(capital) > len(small) / 3


def soft_notice(line: str) -> bool:
    """True where a sentence may be the page's to its visitor; a story can say the like, so place must decide."""
    return bool(length(line) <= 30 and not is_quoted(line) and _WEB.search(line) and _ADDRESS.search(line))


def _is_ticker(line: str) -> bool:
    """Prices, rates and changes: numbers and symbols, hardly a word in lower case that could make a sentence."""
    found = line.split()
    numbers = sum(bool(_NUMBER.fullmatch(w.strip("()"))) for w in found)
    if not numbers or ends_sentence(line) and length(line) > 8:
        return False
    small = sum(w.islower() and w.isalpha() for w in found)
    rates = bool(_RATE.search(line)) and small <= 2 and numbers >= 2
    return rates or numbers >= 3 and numbers >= 0.5 * len(found) and not small


def _is_widget(line: str) -> Kind | None:
    found = [w.lower().replace("’", "'") for w in words_of(line)]
    if not found:
        return Kind.RULE
    if len(found) > 9 or line[-1:] in (".", "。") and len(found) > 3:
        return None
    known = [w for w in found if w in WIDGET_WORDS]
    others = [w for w in found if w not in WIDGET_WORDS and not w.isdigit()]
    hard = [w for w in known if w not in _SOFT]
    if others or not known:
        return None
    if len(hard) >= 2 or hard and len(found) >= 2:
        return Kind.WIDGET
    return Kind.LABEL


def kind_of(line: str) -> Kind:
    """The kind of one line, blanks single. A line of doubt is WEAK, SHORT or LABEL, which place decides on."""
    if len(line) > LONG_LINE_CHARACTERS:
        return Kind.PROSE
    words = length(line)
    ended = ends_sentence(line)
    if _COMMENTS.match(line):
        return Kind.COMMENTS
    if _SECTION.match(line) and words <= 9:
        return Kind.SECTION
    if _MACHINE.match(line) or _CLOCK.match(line) or _is_ticker(line):
        return Kind.WIDGET
    if words <= 45 and _NOTICE.search(line) and not is_quoted(line) and (not ended or _ADDRESS.search(line)):
        return Kind.NOTICE
    if _ARROW.search(line) and words <= 14 and not ended:
        return Kind.WIDGET
    if widget := _is_widget(line):
        return widget
    if _INLINE_LINK.match(line) and words <= 30 and not (ended and words > 12) and not is_quoted(line):
        return Kind.WIDGET
    if _BREADCRUMBS.search(line) and words <= 25 and not ended:
        return Kind.WIDGET
    if _LIST_MARK.match(line):
        return Kind.PROSE if ended and words >= 8 else Kind.LIST
    if is_ellipsis(line) and not _SENTENCE_INSIDE.search(line[:-4]) or is_ellipsis(line) and is_title_case(line):
        return Kind.TEASER
    if _UNMARKED.search(line) and len(line) >= 40:
        return Kind.PROSE
    if is_title_case(line) and words <= 25 and not _SENTENCE_INSIDE.search(line):
        return Kind.TITLED if ended else Kind.WEAK
    if ended:
        return Kind.PROSE if words >= 8 else Kind.SHORT
    if words >= 20 or _SENTENCE_INSIDE.search(line) and words >= 8:
        return Kind.PROSE
    # A sentence that lost its full stop: headlines leave articles and auxiliaries out.
    if words >= 12 and sum(w.lower() in _HEADLINES_OMIT for w in words_of(line)) >= 2:
        return Kind.PROSE
    if _SPEECH.match(line):
        return Kind.SHORT
    if line[-1] in ":;,،؛、，；：":
        return Kind.SHORT
    return Kind.WEAK
