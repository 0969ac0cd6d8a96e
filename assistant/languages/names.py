"""The languages the assistant tells apart: their codes, and their names in English and German."""

from functools import cache

RTL = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
"""Codes of languages mostly written from right to left (Kurdish: where it is in Arabic script)."""

_TABLE = """
af Afrikaans Afrikaans;am Amharic Amharisch;an Aragonese Aragonesisch;ar Arabic Arabisch
as Assamese Assamesisch;az Azerbaijani Aserbaidschanisch;ba Bashkir Baschkirisch
be Belarusian Belarussisch;bg Bulgarian Bulgarisch;bn Bengali Bengalisch;bo Tibetan Tibetisch
br Breton Bretonisch;bs Bosnian Bosnisch;ca Catalan Katalanisch;cs Czech Tschechisch
cy Welsh Walisisch;da Danish Dänisch;de German Deutsch;dz Dzongkha Dzongkha;el Greek Griechisch
en English Englisch;eo Esperanto Esperanto;es Spanish Spanisch;et Estonian Estnisch
eu Basque Baskisch;fa Persian Persisch;fi Finnish Finnisch;fo Faroese Färöisch
fr French Französisch;fy Frisian Friesisch;ga Irish Irisch;gd Gaelic Gälisch;gl Galician Galicisch
gu Gujarati Gujarati;ha Hausa Hausa;he Hebrew Hebräisch;hi Hindi Hindi;hr Croatian Kroatisch
ht Haitian Haitianisch;hu Hungarian Ungarisch;hy Armenian Armenisch;id Indonesian Indonesisch
ig Igbo Igbo;is Icelandic Isländisch;it Italian Italienisch;ja Japanese Japanisch
jv Javanese Javanisch;ka Georgian Georgisch;kk Kazakh Kasachisch;km Khmer Khmer;kn Kannada Kannada
ko Korean Koreanisch;ku Kurdish Kurdisch;ky Kyrgyz Kirgisisch;la Latin Latein
lb Luxembourgish Luxemburgisch;lg Ganda Ganda;ln Lingala Lingala;lo Lao Laotisch
lt Lithuanian Litauisch;lv Latvian Lettisch;mg Malagasy Malagassisch;mk Macedonian Mazedonisch
ml Malayalam Malayalam;mn Mongolian Mongolisch;mr Marathi Marathi;ms Malay Malaiisch
mt Maltese Maltesisch;my Burmese Birmanisch;ne Nepali Nepalesisch;nl Dutch Niederländisch
no Norwegian Norwegisch;oc Occitan Okzitanisch;om Oromo Oromo;or Odia Odia;pa Punjabi Panjabi
pl Polish Polnisch;ps Pashto Paschtu;pt Portuguese Portugiesisch;qu Quechua Quechua
ro Romanian Rumänisch;ru Russian Russisch;rw Kinyarwanda Kinyarwanda;sa Sanskrit Sanskrit
se Sami Samisch;si Sinhala Singhalesisch;sk Slovak Slowakisch;sl Slovene Slowenisch;sn Shona Shona
so Somali Somali;sq Albanian Albanisch;sr Serbian Serbisch;st Sotho Sotho;sv Swedish Schwedisch
sw Swahili Suaheli;ta Tamil Tamilisch;te Telugu Telugu;tg Tajik Tadschikisch;th Thai Thailändisch
tk Turkmen Turkmenisch;tl Tagalog Tagalog;tr Turkish Türkisch;tt Tatar Tatarisch
ug Uyghur Uigurisch;uk Ukrainian Ukrainisch;ur Urdu Urdu;uz Uzbek Usbekisch
vi Vietnamese Vietnamesisch;wa Walloon Wallonisch;xh Xhosa Xhosa;yi Yiddish Jiddisch
yo Yoruba Yoruba;zh Chinese Chinesisch;zu Zulu Zulu;und unknown unbekannt
"""


@cache
def table() -> dict[str, tuple[str, str]]:
    """Every known code with its English and its German name."""
    rows = (row.split(" ") for line in _TABLE.strip().splitlines() for row in line.split(";"))
    return {code: (english, german) for code, english, german in rows}


def name(code: str, *, language: str = "en") -> str:
    """Name a language in English or German ("de" -> "German" / "Deutsch"); unknown codes stay."""
    names = table().get(code)
    return code if names is None else names[1 if language == "de" else 0]


def is_rtl(code: str) -> bool:
    """Whether a language is written from right to left."""
    return code in RTL
