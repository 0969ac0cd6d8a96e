"""Knows that "United States", "USA" and "Vereinigte Staaten" are one, and "German" is Germany's.

Countries come from the Unicode locale data (CLDR) that `babel` brings, in every language it knows;
the tables here add what it lacks: short names, peoples, cities, rivers and bodies whose names
differ from language to language by more than their spelling.
"""

from collections.abc import Mapping
from functools import lru_cache

from assistant.keywords import index_terms

LONGEST_NAME = 5
"""Words of the longest name that is looked for."""

_SHORT = {
    "US": "us usa vsa eeuu сша america amerika",
    "GB": "uk gb britain grossbritannien england",
    "AE": "uae vae",
    "CZ": "czechia tschechien",
    "NL": "holland netherlands niederlande",
    "CI": "elfenbeinkuste",
    "MM": "burma birma",
    "RU": "russland",
    "KP": "dprk dvrk",
    "EU": "eu ue",
    "UN": "un uno onu",
    "NATO": "nato otan нато",
    "WHO": "who oms",
    "IMF": "imf iwf fmi",
    "ECB": "ecb ezb bce",
    "ICC": "icc istgh cpi",
    "OSCE": "osce osze",
    "IAEA": "iaea iaeo aiea",
    "OECD": "oecd ocde",
}
"""Short names as whole terms, folded and stemmed to what `index_terms` makes of them."""

_LONG = {
    "en": {
        "UN": "United Nations", "EU": "European Union", "WHO": "World Health Organization",
        "IMF": "International Monetary Fund", "ECB": "European Central Bank",
        "GB": "Great Britain",
        "CZ": "Czech Republic", "ICC": "International Criminal Court",
        "US": "United States of America",
        "CI": "Ivory Coast", "CN": "People's Republic of China", "KR": "Republic of Korea",
        "rhinelandpalatinate": "Rhineland Palatinate", "lowersaxony": "Lower Saxony",
        "hague": "The Hague", "northsea": "North Sea", "balticsea": "Baltic Sea",
        "capetown": "Cape Town", "pacific": "Pacific Ocean", "atlantic": "Atlantic Ocean",
    },
    "de": {
        "UN": "Vereinte Nationen", "EU": "Europäische Union", "WHO": "Weltgesundheitsorganisation",
        "IMF": "Internationaler Währungsfonds", "ECB": "Europäische Zentralbank",
        "CZ": "Tschechische Republik", "ICC": "Internationaler Strafgerichtshof",
        "US": "Vereinigte Staaten von Amerika", "CN": "Volksrepublik China", "GB": "Großbritannien",
        "DE": "Bundesrepublik Deutschland", "KR": "Republik Korea",
        "rhinelandpalatinate": "Rheinland-Pfalz", "lowersaxony": "Niedersachsen",
        "hague": "Den Haag", "northsea": "Nordsee", "balticsea": "Ostsee", "capetown": "Kapstadt",
        "pacific": "Pazifischer Ozean", "atlantic": "Atlantischer Ozean",
    },
    "fr": {
        "UN": "Nations unies", "EU": "Union européenne", "GB": "Grande-Bretagne",
        "WHO": "Organisation mondiale de la santé", "ECB": "Banque centrale européenne",
        "IMF": "Fonds monétaire international", "hague": "La Haye", "northsea": "Mer du Nord",
        "balticsea": "Mer Baltique", "capetown": "Le Cap",
    },
    "es": {
        "UN": "Naciones Unidas", "EU": "Unión Europea", "GB": "Gran Bretaña",
        "WHO": "Organización Mundial de la Salud", "ECB": "Banco Central Europeo",
        "IMF": "Fondo Monetario Internacional", "hague": "La Haya", "capetown": "Ciudad del Cabo",
    },
    "it": {
        "UN": "Nazioni Unite", "EU": "Unione europea", "GB": "Gran Bretagna",
        "ECB": "Banca centrale europea", "hague": "L'Aia",
    },
}  # fmt: skip
"""Names of several words that the locale data lacks, by language."""

_PEOPLES = {
    "DE": "german deutsch allemand aleman tedesc niemieck",
    "FR": "french franzos frankreich france francais frances",
    "GB": "british britisch brite briten britann briton inglaterr",
    "US": "american amerikan estadounidens",
    "NL": "dutch niederland netherland neerland nederland olandes holland",
    "CH": "swiss schweiz suiss suiz svizzer",
    "AT": "austria osterreich autrich",
    "ES": "spain spani espan espagn spagn",
    "IT": "itali italy",
    "PT": "portug",
    "BE": "belg",
    "DK": "danish dane danisch danen danem denmark danemark",
    "SE": "swed schwed sued svez",
    "NO": "norw norweg norvegi noruega",
    "FI": "finn finland finland finlandais finnisch",
    "IS": "iceland island islandi",
    "PL": "polish pole polen poland polnisch polon polac",
    "CZ": "czech tschech tchequ",
    "HU": "hungar ungar hongr",
    "GR": "greek greec griech grec grieg",
    "TR": "turk turquie turc",
    "RU": "russi russe russl ruso rusa russo",
    "UA": "ukrain ucran",
    "CN": "china chines chinois chino cines",
    "JP": "japan japon",
    "KR": "korea coree corea",
    "IN": "india indien indisch inder",
    "IL": "israel",
    "IR": "iran",
    "IQ": "irak iraq",
    "SY": "syria syri",
    "EG": "egypt agypt",
    "SA": "saudi",
    "BR": "brazil brasil bresil",
    "MX": "mexic mexik messic",
    "CA": "canad kanad",
    "AU": "austral",
    "IE": "irish irland irisch ireland irlandais",
    "LB": "leban liban",
    "AF": "afghan",
}
"""How terms begin that name a country or its people, in the usual languages."""

_CITIES = (
    "munich munch monaco|cologn koln colonia|vienna wien vienn viena|geneva genf genev ginevra"
    "|venic venedig venezia venis|milan mailand milano|florenc florenz firenz florencia"
    "|napl neapel napoli|turin torino|moscow moskau moscou moscu mosca|warsaw warschau varsovi"
    "|beij peking pekin|kyiv kiew kiev|brussel brussels bruxell bruselas|antwerp antwerpen anvers"
    "|lieg luttich luik|nuremberg nurnberg|brunswick braunschweig|bavaria bayern bayer bavier"
    "|saxoni sachs|prussia preuss prusse|westphalia westfal|swabia schwab|alsac elsass"
    "|lorrain lothr|burgundi burgund bourgogn|brittani bretagn|tuscani toskana toscana"
    "|sicili sizili sicilia|crete kreta|danub donau|rhine rhein rhin|thame them|vistula weichsel"
    "|mediterranean mittelme|lisbon lissabon lisboa lisbonn|sevill sevilla"
    "|zaragoza saragossa|basel basl bale|lucern luzern|krakow krakau cracovi|gdansk danzig"
    "|wroclaw breslau|bratislava pressburg|cairo kairo caire|havana havanna|bucharest bukarest"
    "|belgrad beograd|tbilisi tiflis|yerevan eriwan|istanbul konstantinopel constantinopl"
    "|mumbai bombay|kolkata kalkutta calcutta|jerusalem|prague prag praha|rome rom roma"
    "|athen athens athenes|copenhagen kopenhag copenhagu|bern berne|pacific pazif pazifik"
    "|atlantic atlant atlantik|black schwarz forest|balkan|crimea krim crime|caucasus kaukasus"
    "|siberia sibiri|ural|tibet|palestin palastina palastinens|gaza gazastreif|hamas|kremlin kreml"
    "|christian christlich|catholic katholisch|moslem muslim|nobel"
)
"""Names of one place, term by term as `index_terms` makes them, divided by bars."""


def places(text: str, *, language: str) -> Mapping[str, tuple[str, ...]]:
    """The places and bodies a text names: a code for each, with the terms that named it."""
    return _places(text, language)


@lru_cache(maxsize=4096)
def _places(text: str, language: str) -> dict[str, tuple[str, ...]]:
    terms = index_terms(text, language=language)
    known = _names(language)
    found: dict[str, tuple[str, ...]] = {}
    at = 0
    while at < len(terms):
        for length in range(min(LONGEST_NAME, len(terms) - at), 0, -1):
            name = tuple(terms[at : at + length])
            code = known.get(name) or (_alone(name[0], known) if length == 1 else "")
            if code:
                found[code] = tuple(dict.fromkeys((*found.get(code, ()), *name)))
                break
        else:
            length = 1
        at += length
    return found


def _alone(term: str, known: Mapping[tuple[str, ...], str]) -> str:
    """The place that one term names: with a genitive s, or by how it begins."""
    return known.get((term.removesuffix("s"),), "") or _by_beginning(term)


@lru_cache(maxsize=20_000)
def _by_beginning(term: str) -> str:
    """The country whose people or name a term begins with; the longest beginning counts."""
    fits = [
        (len(start), code)
        for code, starts in _PEOPLES.items()
        for start in starts.split()
        if term.startswith(start) and len(term) - len(start) <= 7
    ]
    return max(fits)[1] if fits else ""


@lru_cache(maxsize=64)
def _names(language: str) -> dict[tuple[str, ...], str]:
    """Every name of a place in a language, as its terms, with the place's code."""
    named: dict[tuple[str, ...], str] = {}
    named |= {(term,): code for code, terms in _SHORT.items() for term in terms.split()}
    named |= {(term,): group.split()[0] for group in _CITIES.split("|") for term in group.split()}
    for code, name in (*_territories(language), *_LONG.get(language, {}).items()):
        terms = tuple(index_terms(name, language=language))
        if terms and len(terms) <= LONGEST_NAME:
            named[terms] = code
    return named


def _territories(language: str) -> list[tuple[str, str]]:
    """Code and name of each country in the locale data; none for a language it does not know."""
    from babel import Locale, UnknownLocaleError

    try:
        territories = Locale(language).territories
    except (UnknownLocaleError, ValueError):
        return []
    return [(code, name) for code, name in territories.items() if not code.isdigit()]
