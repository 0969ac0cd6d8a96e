"""Small word lists: the function words that give a short question's language away."""

import re
from functools import cache

_FUNCTION_WORDS = """
en the of and to in is was were are did does do what who when where which why how many much whose
   whom has have had from about with for on by that this there their they his her not it be been
   will would could should can
de der die das des dem den und ist war waren sind wer wie was wann wo warum welche welcher
   welches welchen welchem wessen wem wen wieviel viele woher wohin weshalb hat haben hatte wurde
   wurden wird werden sich nicht ein eine einen einem einer eines von vom zu zum zur im am auf
   für mit bei aus nach über unter um es er sie ihr ihre kann soll gibt gab
fr le la les des du de et est était étaient sont qui que quoi quel quelle quels quelles quand où
   pourquoi comment combien a ont avait au aux dans sur pour par avec il elle ils elles ne pas ce
   cette ces un une est-ce qu'est-ce qu'il qu'elle c'est s'est d'une d'un y sa son ses leur leurs
   été fait
es el la los las de del y es fue era eran son quién quiénes qué cuál cuáles cuándo dónde cómo
   cuánto cuánta cuántos cuántas porqué por para con en al se no un una unos unas ha han había
   según sobre su sus que lo como quien está están hay
it il lo la i gli le di del della dei delle dello degli e è era erano sono chi che cosa quale
   quali quando dove perché come quanto quanta quanti quante ha hanno aveva nel nella nei al alla
   ai per con su da dal dalla un una uno non si c'è cos'è dov'è più ci sulla sul
pt o a os as de do da dos das e é foi era eram são quem que qual quais quando onde como porquê
   quanto quanta quantos quantas por para com em no na nos nas ao à um uma não se há tem têm está
   estão sobre segundo seu sua foram pelo pela
nl de het een van en is was waren zijn wie wat wanneer waar waarom welke welk hoe hoeveel heeft
   hebben had werd werden wordt worden zich niet in op voor met bij uit naar over door aan er dat
   die dit deze om te ook hun kan
sv och att det den de i är var som på för med av till från om vem vad när vilken vilket vilka
   varför hur många mycket inte har hade ett en sig under efter blev han hon finns sin där
da og at det den de i er var som på for med af til fra om hvem hvad hvornår hvor hvorfor hvilken
   hvilket hvilke hvordan mange meget ikke har havde et en sig under efter blev han hun der
   blevet
no og at det den de i er var som på for med av til fra om hvem hva når hvor hvorfor hvilken
   hvilket hvilke hvordan mange mye ikke har hadde et en ei seg under etter ble han hun der blitt
fi ja on oli olivat ovat kuka mikä mitä milloin missä miksi miten kuinka paljon monta mikä ketkä
   ei että se hän he joka jotka mutta kun sekä tai kanssa myös keitä minkä mihin mistä
pl i w z na do od po za o jest był była było były są kto co kiedy gdzie dlaczego jak ile który
   która które którzy jaki jaka jakie czy nie się to ten ta te tym przez dla przy ma mają
cs a v z na do od po za o je byl byla bylo byli jsou kdo co kdy kde proč jak kolik který která
   které kteří jaký jaká jaké ne se si to ten ta že při pro má mají podle jsme
sk a v z na do od po za o je bol bola bolo boli sú kto čo kedy kde prečo ako koľko ktorý ktorá
   ktoré aký aká aké nie sa si to ten tá že pri pre má majú podľa
sl in v z na do od po za o je bil bila bilo bili so kdo kaj kdaj kje zakaj kako koliko kateri
   katera katere ne se to ta da pri ima imajo
hr i u s na do od po za o je bio bila bilo bili su tko što kada gdje zašto kako koliko koji koja
   koje ne se to taj da pri ima imaju
hu a az és van volt voltak ki kik mi mit mikor hol miért hogyan hány mennyi melyik milyen nem
   hogy ez egy is meg de vagy mely kinek
ro și si în de la pe cu din este era erau sunt cine ce când unde care cât câți câte cum nu se un
   o al a ale lui că pentru fost au are
tr ve bir bu şu o için ile de da ne kim nerede zaman neden niçin nasıl kaç hangi mi mı mu mü
   değil olan oldu olarak gibi daha var kimin
id yang dan di ke dari adalah siapa apa kapan mengapa kenapa dimana mana bagaimana berapa ini itu
   untuk dengan tidak pada oleh dalam telah akan
vi là của và có không ai gì khi nào đâu tại sao thế bao nhiêu như những các một đã được trong cho
   với người ở
ca el la els les de del i és era són qui què quin quina quins quines quan on per com quant quants
   quantes amb en al no un una va van ha han està hi
et ja on oli olid kes mis mida millal kus miks kuidas kui palju mitu milline ei et see ta nad oma
   või ka
lv un ir bija kas kad kur kāpēc kā cik kurš kura kuri no uz ar par ne tas tā šis
lt ir yra buvo kas ką kada kur kodėl kaip kiek kuris kuri kurie iš į su apie ne tai šis
sq dhe është ishte kush çfarë kur ku pse si sa cili cila në me për nga një të së që nuk ka
is og er var voru hver hvað hvenær hvar hvers hvernig hvaða margir mikið ekki að í á það sem með
   um við frá
eu eta da zen dira nor zer noiz non zergatik nola zenbat zein ez bat du zuten dute
ga agus an na is tá bhí cé cad cathain cá conas cén ní ar le do go
sw na ya wa ni nani nini lini wapi kwa nini vipi gani je katika la za kwamba hii si ngapi
tl ang ng sa mga ay sino ano kailan saan bakit paano ilan alin na hindi ito si ni
ru и в на не что кто когда где почему как сколько какой какая какие который из за по с о был была
   было были это он она они для от его чем
uk і й в у на не що хто коли де чому як скільки який яка які котрий із за по з про був була було
   були це він вона вони для від його та є
bg и в на не че какво кой коя кое кои кога къде защо как колко от за по с със беше бяха е са това
   той тя те се ли
mk и во на не што кој која кое кои кога каде зошто како колку од за по со беше беа е се тоа тој
   таа тие ли
sr и у на не што ко шта када где зашто како колико који која које од за по са био била било били
   је су то он она они се да ли
be і ў у на не што хто калі дзе чаму як колькі які якая з за па пра быў была было былі гэта ён
   яна яны для ад
ar في من على إلى عن ما ماذا متى أين لماذا كيف كم هل هو هي هذا هذه التي الذي أن كان كانت
fa در از به که را این است بود چه کی چرا چگونه کجا چند آیا برای با و آن های می شد کدام
ur میں کے کی کا سے کو ہے ہیں تھا تھے کیا کون کب کہاں کیوں کیسے کتنے اور پر نے یہ وہ
"""

_MARKS = {
    "ß": "de", "ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ő": "hu", "ű": "hu",
    "ł": "pl", "ř": "cs", "ě": "cs", "ů": "cs", "ľ": "sk", "ŕ": "sk", "ğ": "tr", "ı": "tr",
    "ş": "tr", "ț": "ro", "ș": "ro", "đ": "vi", "ơ": "vi", "ư": "vi", "þ": "is", "ð": "is",
    "ģ": "lv", "ķ": "lv", "ļ": "lv", "ņ": "lv", "ė": "lt", "ų": "lt", "į": "lt", "œ": "fr",
    "ў": "be", "ї": "uk", "є": "uk", "ґ": "uk", "ъ": "bg", "ћ": "sr", "ђ": "sr", "ѓ": "mk",
    "ќ": "mk", "ы": "ru", "э": "ru",
}  # fmt: skip
"""Letters that, in a short Latin or Cyrillic question, point to one language first."""


@cache
def function_words() -> dict[str, frozenset[str]]:
    """The function and question words of each language that has a list, in lower case."""
    entries = (entry.split() for entry in re.split(r"\n(?=\S)", _FUNCTION_WORDS.strip()))
    return {code: frozenset(words) for code, *words in entries}


def marks() -> dict[str, str]:
    """Letters and signs that point to one language."""
    return _MARKS
