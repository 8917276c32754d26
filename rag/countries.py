"""Which words news uses for a country: its own name, its people, and the capital for its government."""

import re
from collections.abc import Mapping, Set
from functools import lru_cache

from rag.words import Word, has_name, same_name, word_key, words

# "In Washington" is the town.
_PLACE = re.compile(r"\b(?:in|at|near|around|outside|to|from|into|via)\s+(?:the\s+)?$", re.IGNORECASE)

# Country, people where a shared beginning does not tell them (Afghan, Afghanistan), capital. Single words only.
_COUNTRIES = """
US Washington | UK Britain British London | Afghanistan Afghan Kabul | Albania Tirana |
Algeria Algiers | Argentina | Armenia Yerevan | Australia Canberra | Austria Vienna |
Azerbaijan Azeri Baku | Bahrain Manama | Bangladesh Dhaka | Belarus Minsk | Belgium Belgian Brussels | Bolivia |
Brazil Brasilia | Bulgaria Sofia | Burma Myanmar Burmese Naypyidaw | Cambodia | Canada Canadian Ottawa |
Chile Santiago | China Chinese Beijing | Colombia Bogota | Croatia Croat Zagreb | Cuba Havana | Cyprus Cypriot Nicosia |
Czechia Czech Prague | Denmark Danish Dane Copenhagen | Ecuador Quito | Egypt Cairo | Estonia Tallinn |
Ethiopia | Finland Finnish Finn Helsinki | France French Paris | Georgia Tbilisi | Germany German Berlin |
Ghana Accra | Greece Greek Athens | Hungary Budapest | Iceland Reykjavik | India Delhi | Indonesia Jakarta |
Iran Persia Persian Tehran | Iraq Baghdad | Ireland Irish Dublin | Israel Jerusalem | Italy Italian Rome | Japan Tokyo |
Jordan Amman | Kazakhstan Kazakh Astana | Kenya Nairobi | Kyrgyzstan Kyrgyz Bishkek | Laos Lao Vientiane | Latvia Riga |
Lebanon Beirut | Libya Tripoli | Lithuania Vilnius | Malaysia Malay | Mexico | Mongolia Ulaanbaatar |
Morocco Moroccan Rabat | Nepal Kathmandu | Netherlands Holland Dutch Hague Amsterdam | Nigeria Abuja |
Norway Norwegian Oslo | Oman Muscat | Pakistan Islamabad | Peru Peruvian Lima | Philippines Philippine Filipino Manila |
Poland Polish Pole Warsaw | Portugal Portuguese Lisbon | Qatar Doha | Romania Bucharest | Russia Moscow Kremlin |
Senegal Dakar | Serbia Serb Belgrade | Singapore | Slovakia Slovak Bratislava | Slovenia Slovene Ljubljana |
Somalia Mogadishu | Spain Spanish Spaniard Madrid | Sudan Khartoum | Sweden Swedish Swede Stockholm |
Switzerland Swiss Bern | Syria Damascus | Taiwan Taipei | Tajikistan Tajik Dushanbe | Thailand Thai Bangkok |
Tunisia Tunis | Turkey Turkish Turk Turkiye Ankara | Turkmenistan Turkmen Ashgabat | Uganda Kampala |
Ukraine Kyiv Kiev | Uruguay Montevideo | Uzbekistan Uzbek Tashkent | Venezuela Caracas | Vietnam Hanoi | Yemen Sanaa |
Zambia Lusaka | Zimbabwe Harare
"""


@lru_cache(maxsize=1)
def countries() -> Mapping[str, frozenset[str]]:
    """Key of a word for a country to the keys of the others, see ``rag.words.word_key``."""
    found: dict[str, frozenset[str]] = {}
    for group in _COUNTRIES.replace("\n", " ").split("|"):
        keys = frozenset(word_key(word)[0] for word in group.split())
        found |= {key: keys - {key} for key in keys}
    return found


@lru_cache(maxsize=4096)
def country_of(key: str) -> frozenset[str]:
    """The keys of all the words for the country that the word of this key stands for; empty for any other word."""
    for known, others in countries().items():
        if key == known or _is_people(key, known) or _is_people(known, key):
            return others | {known}
    return frozenset()


@lru_cache(maxsize=4096)
def is_country(key: str) -> bool:
    """Whether the word of this key is a country's own name, or that of its people, and not its capital's."""
    names = (word_key(group.split()[0])[0] for group in _COUNTRIES.replace("\n", " ").split("|"))
    return any(key == name or _is_people(key, name) for name in names)


def _is_people(longer: str, shorter: str) -> bool:
    """Whether one word is that for the people of the other, a country: a shared beginning alone makes police Polish."""
    rest = longer.removeprefix(shorter)
    if len(shorter) >= 4 and rest in ("n", "an", "ian", "i", "ni", "ese", "ish", "s"):
        return True
    return shorter[:5] == longer[:5] and len(shorter) >= 5 and same_name(longer, shorter)


def names_one_of(text: str, keys: Set[str]) -> bool:
    """Whether the text has a word for one of the countries that ``keys`` name."""
    asked = frozenset().union(*(country_of(key) for key in keys))
    return any(w.key in asked for w in words(text))


def names_country(text: str, word: Word, keys: Set[str]) -> bool:
    """Whether a word of ``text`` stands for a country that is among ``keys`` by another of its words: "What does
    Washington want?" where a text has only Americans."""
    if _PLACE.search(text, 0, word.span.start):
        return False
    return any(has_name(key, keys) for key in countries().get(word.key, ()))
