"""Which language a text is in, and where its sentences begin and end."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.languages import detect, detect_question, is_rtl, name, sentences
from assistant.languages.sentences import LONGEST

SENTENCES = {
    "af": "Die kinders speel elke middag in die tuin totdat hulle ma hulle roep om te kom eet.",
    "ar": "يذهب الأطفال إلى المدرسة كل صباح ويعودون إلى البيت قبل غروب الشمس بقليل.",
    "az": "Uşaqlar hər səhər məktəbə gedir və axşam evə qayıdanda çox yorğun olurlar.",
    "be": "Кожную раніцу дзеці ідуць у школу, а ўвечары вяртаюцца дадому разам з сябрамі.",
    "bg": "Всяка сутрин децата отиват на училище, а вечерта се прибират у дома уморени.",
    "bn": "প্রতিদিন সকালে শিশুরা স্কুলে যায় এবং বিকেলে বাড়ি ফিরে আসে।",
    "ca": "Cada matí els nens van a l'escola i al vespre tornen a casa amb els seus amics.",
    "cs": "Děti chodí každé ráno do školy a večer se vracejí domů unavené, ale spokojené.",
    "cy": "Mae'r plant yn mynd i'r ysgol bob bore ac yn dod adref cyn iddi nosi.",
    "da": "Børnene går i skole hver morgen og kommer trætte hjem, før det bliver mørkt.",
    "de": "Die Kinder gehen jeden Morgen in die Schule und kommen abends müde nach Hause.",
    "el": "Τα παιδιά πηγαίνουν κάθε πρωί στο σχολείο και γυρίζουν το βράδυ στο σπίτι.",
    "en": "The children walk to school every morning and come home before it gets dark.",
    "es": "Los niños van a la escuela cada mañana y vuelven a casa antes de que anochezca.",
    "et": "Lapsed lähevad igal hommikul kooli ja tulevad õhtul väsinuna koju tagasi.",
    "eu": "Haurrak goizero joaten dira eskolara eta arratsaldean etxera itzultzen dira nekatuta.",
    "fa": "بچه‌ها هر روز صبح به مدرسه می‌روند و عصر خسته به خانه برمی‌گردند.",
    "fi": "Lapset menevät joka aamu kouluun ja palaavat illalla väsyneinä kotiin.",
    "fr": "Les enfants vont à l'école chaque matin et rentrent à la maison avant la nuit.",
    "gl": "Os nenos van á escola todas as mañás e volven á casa antes de que se faga noite.",
    "gu": "બાળકો દરરોજ સવારે શાળાએ જાય છે અને સાંજે ઘરે પાછા આવે છે.",
    "he": "הילדים הולכים לבית הספר בכל בוקר וחוזרים הביתה לפני שמחשיך.",
    "hi": "बच्चे हर सुबह स्कूल जाते हैं और शाम को थके हुए घर लौटते हैं।",
    "hr": "Djeca svako jutro idu u školu i navečer se umorna vraćaju kući sa svojim prijateljima.",
    "hu": "A gyerekek minden reggel iskolába mennek, és este fáradtan térnek haza.",
    "hy": "Երեխաները ամեն առավոտ գնում են դպրոց և երեկոյան վերադառնում են տուն։",
    "id": "Anak-anak berangkat ke sekolah karena mereka ingin bisa membaca buku sendiri.",
    "is": "Börnin ganga í skólann á hverjum morgni og koma þreytt heim áður en dimmir.",
    "it": "I bambini vanno a scuola ogni mattina e tornano a casa prima che faccia buio.",
    "ja": "子どもたちは毎朝学校へ行き、暗くなる前に家へ帰ります。",
    "ka": "ბავშვები ყოველ დილით სკოლაში მიდიან და საღამოს სახლში ბრუნდებიან.",
    "kk": "Балалар күн сайын таңертең мектепке барады және кешке үйге шаршап қайтады.",
    "ko": "아이들은 매일 아침 학교에 가고 어두워지기 전에 집으로 돌아옵니다.",
    "lt": "Vaikai kiekvieną rytą eina į mokyklą ir vakare pavargę grįžta namo.",
    "lv": "Bērni katru rītu iet uz skolu un vakarā noguruši atgriežas mājās.",
    "mk": "Секое утро децата одат на училиште и се враќаат дома пред да се стемни.",
    "ml": "കുട്ടികൾ രാവിലെ സ്കൂളിൽ പോകുകയും വൈകുന്നേരം വീട്ടിലേക്ക് മടങ്ങുകയും ചെയ്യുന്നു.",
    "mr": "मुले दररोज सकाळी शाळेत जातात आणि संध्याकाळी थकून घरी परत येतात.",
    "nl": "De kinderen gaan elke ochtend naar school en komen thuis voordat het donker wordt.",
    "no": "Barna går på skolen hver morgen og kommer trøtte hjem igjen før det blir mørkt ute.",
    "pl": "Dzieci chodzą co rano do szkoły i wracają do domu, zanim zrobi się ciemno.",
    "pt": "As crianças vão à escola todas as manhãs e voltam para casa antes de escurecer.",
    "ro": "Copiii merg în fiecare dimineață la școală și se întorc acasă înainte de a se întuneca.",
    "ru": "Дети каждое утро ходят в школу и возвращаются домой до наступления темноты.",
    "sk": "Deti chodia každé ráno do školy a večer sa unavené vracajú domov s kamarátmi.",
    "sl": "Otroci gredo vsako jutro v šolo in se zvečer utrujeni vrnejo domov.",
    "sq": "Fëmijët shkojnë në shkollë çdo mëngjes dhe kthehen në shtëpi para se të erret.",
    "sv": "Barnen går till skolan varje morgon och kommer hem innan det blir mörkt ute.",
    "sw": "Watoto huenda shuleni kila asubuhi na kurudi nyumbani kabla ya giza kuingia.",
    "ta": "குழந்தைகள் தினமும் காலையில் பள்ளிக்குச் சென்று மாலையில் வீடு திரும்புகிறார்கள்.",
    "te": "పిల్లలు ప్రతి ఉదయం పాఠశాలకు వెళ్లి సాయంత్రం ఇంటికి తిరిగి వస్తారు.",
    "th": "เด็ก ๆ ไปโรงเรียนทุกเช้าและกลับบ้านก่อนที่ฟ้าจะมืด",
    "tr": "Çocuklar her sabah okula gider ve hava kararmadan önce eve dönerler.",
    "uk": "Щоранку діти йдуть до школи, а ввечері втомлені повертаються додому.",
    "ur": "بچے ہر صبح اسکول جاتے ہیں اور شام کو تھکے ہوئے گھر واپس آتے ہیں۔",
    "vi": "Bọn trẻ đi học mỗi buổi sáng và về nhà trước khi trời tối hẳn.",
    "zh": "孩子们每天早上去上学，天黑之前回到家里。",
}


# --- which language a text is in ----------------------------------------------------------------


@pytest.mark.parametrize(("code", "text"), SENTENCES.items(), ids=SENTENCES)
def test_one_ordinary_sentence_is_enough_to_tell_a_language(code: str, text: str) -> None:
    assert detect(text) == code


def test_at_least_forty_languages_are_told_apart() -> None:
    assert len(SENTENCES) >= 40


@pytest.mark.parametrize("text", ["", "  \n", "12.345 + 67", "ok", "…", "\u200b"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert detect(text) == "und"
    assert detect(text, default="en") == "en"


def test_a_long_text_is_sampled_and_not_read_whole() -> None:
    text = " ".join([SENTENCES["fr"]] * 40_000)
    begin = time.perf_counter()
    assert detect(text) == "fr"
    assert time.perf_counter() - begin < 1


def test_a_headline_in_capitals_is_told_too() -> None:
    assert detect("DIE NATO BESTÄTIGT DIE ENTSENDUNG NORDKOREANISCHER TRUPPEN") == "de"


def test_addresses_and_numbers_in_a_text_do_not_count() -> None:
    assert detect("https://www.example.com/the/english/page " + SENTENCES["pl"]) == "pl"


def test_the_language_of_most_letters_wins() -> None:
    assert detect(SENTENCES["ru"] + " Windows Update") == "ru"
    assert detect(SENTENCES["en"] + " Он сказал нет.") == "en"


# --- which language a question is in ------------------------------------------------------------

MIXED = {"de": 30, "en": 20, "fr": 5, "es": 5}


@pytest.mark.parametrize(
    ("question", "corpus", "code"),
    [
        pytest.param("Wer hat es bestätigt?", MIXED, "de", id="German in a mixed corpus"),
        pytest.param("Who confirmed it?", MIXED, "en", id="English in a mixed corpus"),
        pytest.param("Qui l'a confirmé ?", MIXED, "fr", id="French in a mixed corpus"),
        pytest.param("¿Quién lo confirmó?", MIXED, "es", id="Spanish in a mixed corpus"),
        pytest.param("Wer hat es bestätigt?", {"en": 9}, "de", id="German over an English corpus"),
        pytest.param("Wie heeft het bevestigd?", {"en": 9}, "nl", id="a language with no article"),
        pytest.param("Kto to potwierdził?", {"de": 9}, "pl", id="Polish over a German corpus"),
        pytest.param("Кто это подтвердил?", {"de": 9}, "ru", id="Cyrillic decides by script"),
        pytest.param("Хто це підтвердив?", {"ru": 9}, "uk", id="Ukrainian is not Russian"),
        pytest.param("誰が確認しましたか", {"en": 9}, "ja", id="kana means Japanese"),
        pytest.param("谁确认的？", {"en": 9}, "zh", id="characters alone mean Chinese"),
        pytest.param("누가 확인했나요?", {}, "ko", id="Hangul means Korean"),
        pytest.param("من أكد ذلك؟", {"en": 9}, "ar", id="Arabic"),
        pytest.param("چه کسی این را تأیید کرد؟", {"en": 9}, "fa", id="Persian is not Arabic"),
        pytest.param("Mond", {"de": 9, "en": 3}, "de", id="one word: the corpus's main language"),
        pytest.param("tides", {"en": 9, "de": 3}, "en", id="one word in an English corpus"),
        pytest.param("ok", {"fr": 9}, "fr", id="no evidence at all"),
        pytest.param("???", {}, "en", id="no letters and no corpus"),
        pytest.param("2024?", {"und": 4, "de": 1}, "en", id="an unknown main language"),
        pytest.param("NATO", {"de": 2}, "de", id="a name alone"),
        pytest.param("why", {"de": 9}, "en", id="a single question word"),
        pytest.param("Straße", {"en": 9}, "de", id="a letter only German has"),
    ],
)
def test_the_language_of_a_question(question: str, corpus: dict[str, int], code: str) -> None:
    assert detect_question(question, corpus=corpus) == code


# --- names --------------------------------------------------------------------------------------


def test_languages_have_names_in_english_and_german() -> None:
    assert name("de") == "German"
    assert name("de", language="de") == "Deutsch"
    assert name("de", language="fr") == "German"
    assert name("xx") == "xx"
    assert all(name(code) != code for code in SENTENCES)


def test_some_languages_run_from_right_to_left() -> None:
    assert [code for code in SENTENCES if is_rtl(code)] == ["ar", "fa", "he", "ur"]


# --- sentences ----------------------------------------------------------------------------------

CUTS = [
    # Each case is one text with "|" where it is to be cut.
    pytest.param("en", "It rained. |Nobody came.", id="two plain sentences"),
    pytest.param("en", "Mr. Smith met Dr. J. K. Brown in the U.S. Senate. |He left.", id="titles"),
    pytest.param("en", "The value was 3.5 mg, not 3.000. |It fell.", id="decimal points"),
    pytest.param("en", "See Fig. 3 and No. 7 on pp. 12–14. |It shows more.", id="numbered things"),
    pytest.param("en", "Apple Inc. Chairman Brown spoke. |He won.", id="a company's name"),
    pytest.param("en", "They left at 5 p.m. |The rest stayed.", id="an abbreviation at the end"),
    pytest.param("en", "“Really?” he asked. |“Yes.” |She left.", id="quoted sentences"),
    pytest.param("en", "He sold apples, pears, etc. |Prices rose.", id="a list that ends in etc."),
    pytest.param("en", "She took vitamin C. |The dose was high.", id="a letter that is no initial"),
    pytest.param("en", "Wait... what? |Nothing happened…  |It ended.", id="ellipses"),
    pytest.param("en", "It was true.[3] |It is no more.", id="a footnote mark"),
    pytest.param("en", "(It was late.) |He slept.", id="brackets belong to the sentence"),
    pytest.param("en", "It was sold. |iPhone sales fell.", id="a brand opens a sentence"),
    pytest.param("en", "Yahoo! was sold for 4 bn.", id="a mark inside a name"),
    pytest.param("en", "It cost 5. |Nobody paid.", id="a number at the end in English"),
    pytest.param("de", "Am 3. Mai kam Dr. Müller, z. B. aus Bonn. |Er blieb.", id="German dates"),
    pytest.param("de", "Es geschah im 19. Jahrhundert. |Danach war Ruhe.", id="ordinals"),
    pytest.param("de", "Die 2. Liga beginnt, u. a. in Köln. |Die 1. folgt.", id="more ordinals"),
    pytest.param("de", "Ludwig XIV. Frankreich regierte er.", id="a Roman numeral"),
    pytest.param("de", "Das war 2024. |Danach kam nichts.", id="a year at the end"),
    pytest.param("de", "„Wir kommen.“ |„Ja!“, sagte er. |Er ging.", id="German quotation marks"),
    pytest.param(
        "de", "Es waren 10.000 Soldaten usw. |Die Lage blieb ernst.", id="thousands, usw."
    ),
    pytest.param(
        "de", "Er kam am 12. und ging am 14. wieder.", id="an ordinal before a small letter"
    ),
    pytest.param("de", "Laut Art. 5 Abs. 2 gilt das. |Mehr nicht.", id="articles of law"),
    pytest.param(
        "fr", "Il a dit : « Nous partons. » |Puis il est parti.", id="guillemets and spaces"
    ),
    pytest.param("fr", "M. Dupont est venu à 8 h. |Il a mangé.", id="M. is a title"),
    pytest.param("fr", "« Ah ! » dit-elle. |Fin.", id="an exclamation inside guillemets"),
    pytest.param("es", "¿Vienes? |¡Claro! |El Sr. López espera.", id="Spanish marks"),
    pytest.param("es", "Viven en EE. UU. desde 2010. |Trabajan mucho.", id="EE. UU."),
    pytest.param("en", "He said . . . nothing at all. |Then he left.", id="dots apart"),
    pytest.param("ru", "Это было в 2020 г. в Москве. |Он ушёл.", id="Russian г."),
    pytest.param("el", "Πού είσαι; |Είμαι εδώ.", id="a Greek question mark"),
    pytest.param("ar", "هل أنت هنا؟ |نعم أنا هنا. |شكرا.", id="Arabic"),
    pytest.param("hi", "वह घर गया। |फिर वह सो गया।", id="a danda"),
    pytest.param("zh", "今天很好。|我们去公园吧！|你来吗？|“好的。”|他说。", id="Chinese"),
    pytest.param("ja", "「行きます。」と彼は言った。|次の日、雨が降った。", id="Japanese"),
    pytest.param("hy", "Նա եկավ։ |Նա գնաց։", id="Armenian"),
    pytest.param("und", "Am 3. Mai war es. |It was 5. |Peter knew.", id="an unknown language"),
]


@pytest.mark.parametrize(("language", "marked"), CUTS)
def test_where_sentences_end(language: str, marked: str) -> None:
    text = marked.replace("|", "")
    found = [text[low:high] for low, high in sentences(text, language=language)]
    assert found == [piece.strip() for piece in marked.split("|")]


def test_a_blank_line_always_ends_a_sentence() -> None:
    text = "A heading without a stop\n\nThe text begins. It ends\n \nhere"
    assert [text[low:high] for low, high in sentences(text)] == [
        "A heading without a stop",
        "The text begins.",
        "It ends",
        "here",
    ]


def test_headings_items_and_rows_stand_alone_but_wrapped_lines_do_not() -> None:
    text = "# Head\nBody runs\nover lines.\n- one\n- two\n1. first\n2. second\nYear | Sum\n2020 | 5"
    assert [text[low:high] for low, high in sentences(text)] == [
        "# Head",
        "Body runs\nover lines.",
        "- one",
        "- two",
        "1. first",
        "2. second",
        "Year | Sum",
        "2020 | 5",
    ]


def test_a_line_that_begins_with_an_ordinal_is_no_list_item() -> None:
    text = "Er kam am\n3. Mai nach Bonn."
    assert len(sentences(text, language="de")) == 1


def test_thai_is_cut_at_spaces() -> None:
    text = "เด็กไปโรงเรียน แล้วกลับบ้าน " * 20
    spans = sentences(text, language="th")
    assert len(spans) > 3
    assert all(40 <= high - low <= 200 for low, high in spans)


def test_no_sentence_is_longer_than_a_passage_may_be() -> None:
    text = "word, " * 1_000 + "x" * 5_000
    spans = sentences(text)
    assert max(high - low for low, high in spans) <= LONGEST
    assert text[spans[0][0] : spans[0][1]].endswith(",")


PIECES = st.sampled_from(
    [
        *"abÄß.!?…,;:\"'“”„«»()[]-– \n\t\u00a0",
        "\n\n",
        ". ",
        "Dr. ",
        "3. Mai ",
        "z. B. ",
        "。",
        "？",
        "」",
        "ไทย",
        "हिन्दी। ",
        "؟ ",
        "- ",
        "# ",
        "1. ",
        " | ",
        "U.S. ",
        "x" * 400,
        "語" * 300,
        "\r",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["en", "de", "el", "th", "und"]))
@example("", "en")
@example(" \n \n ", "und")
def test_spans_are_ordered_and_leave_out_only_white_space(text: str, language: str) -> None:
    spans = sentences(text, language=language)
    before = 0
    for low, high in spans:
        assert before <= low < high <= len(text)
        assert not text[before:low].strip()
        assert not text[low].isspace()
        assert not text[high - 1].isspace()
        before = high
    assert not text[before:].strip()


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_any_text_at_all_can_be_cut(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[low:high] for low, high in spans).split()) == "".join(text.split())


def test_cutting_is_fast() -> None:
    text = (SENTENCES["de"] + " " + SENTENCES["en"] + "\n\n") * 6_000
    begin = time.perf_counter()
    sentences(text, language="de")
    assert len(text) / (time.perf_counter() - begin) > 1_000_000  # characters a second
