"""Word lists that tell a full stop of an abbreviation or an ordinal from the end of a sentence."""

from functools import cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set(
    """
    mr mrs ms mx dr drs prof rev hon gen col maj capt cpt lt sgt sen rep gov pres supt st ste mt
    ft hr fr frl dipl ing habil bzw ggf vgl evtl sog inkl exkl zzgl ca circa gem max min geb
    gest verh mme mlle mgr mm sr sra srta dra d.ª dña ud uds ing arq lic sig sigg sigra dott avv
    prof.ssa dhr mevr mw mej ir drs bijv resp t.a.v o.a m.b.t e.g i.e viz cf z.b d.h u.a u.ä
    i.d.r s.o s.u o.ä m.e v.a z.t z.zt i.a i.v a.d b.z.w p.ex av.j.-c ej p.ej bl.a t.ex f.eks
    d.vs osv.t m.fl vs approx est fig figs eq eqs ref refs tab abb bd hrsg hg bsp bspw kgl str
    им ул г.н проф акад гр см напр т.е т.к т.н г-н г-жа д-р डॉ श्री د أ.د م
    """
)
"""Abbreviations that never end a sentence: titles before a name, and words like "e.g."."""

ENDING = _set(
    """
    etc inc ltd co corp llc plc bros jr sr al dept univ assn ave blvd rd usw usf uvm etc ff f
    dgl gmbh ag e.v u.s.w a.m p.m a.d b.c ph.d m.d u.s u.k u.n e.u d.c aufl ed eds hrsg sog ebd
    cie s.a s.l s.r.l s.p.a c.a i.e enz e.d o.i.d osv atd apod itd itp m.in tzn jun sen т.д т.п
    др пр г гг руб млн млрд тыс jan feb mar apr jun jul aug sep sept oct okt nov dec dez mon tue
    wed thu fri sat sun mo di mi do
    """
)
"""Abbreviations that may stand last: they end a sentence only before a word that opens one."""

NUMBERED = _set(
    """
    no nos nr num nº n art arts abs sec sect chap ch vol vols p pp pg par para s sp z kap
    kapitel fig abb tab bd jg rn rz rdn lit ziff art. núm pág págs cap tel ext op km st ca max
    min jan feb mar apr jun jul aug sep sept oct nov dec okt dez rs bl hausnr стр с гл ст рис
    табл № тел
    """
)
"""Abbreviations before a number: "No. 5", "S. 12", "Fig. 3"."""

ORDINAL_LANGUAGES = _set("de da no fi cs sk hu sl hr bs sr et lv tr is fo lb pl eu")
"""Languages that write an ordinal as a number with a full stop."""

DAY_WORDS = _set(
    "am der die das dem den des im vom zum bis ab seit beim zur einem den d. dne el le 1 po 2"
)
"""Words before an ordinal, for texts whose language is not known."""

MONTHS = """
januar jänner februar feber märz april mai juni juli august september oktober november dezember
jahrhundert jahrhunderts jahrhunderten jh jhd jhdt klasse liga platz runde tag mal auflage etage
stock stunde minute weltkrieg bundesliga bezirk kapitel februari marts maj jul juni augusti
oktober december januari january february march may june july october mars mai juin tammikuuta
helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta
marraskuuta joulukuuta ledna února března dubna května června července srpna září října listopadu
prosince januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
január február március április május június július augusztus szeptember október siječnja veljače
ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca stycznia lutego
marca kwietnia maja czerwca lipca sierpnia września października grudnia ocak şubat mart nisan
mayıs haziran temmuz ağustos eylül ekim kasım aralık desember jaanuar veebruar märts aprill juuni
juuli detsember århundrede århundre
"""
"""Months and other words that follow an ordinal."""

_STARTERS = {
    "en": """
        the a an in on at it its he she they we you this that these those there his her their
        our but and however meanwhile when while if as after before since for from with to by so
        yet now then what who where why how not no one some many most all each both i
    """,
    "de": """
        der die das ein eine einen einem einer er sie es wir ihr ich man dies diese dieser
        dieses diesem dort da dann danach doch aber und auch als am an auf aus bei bis durch für
        im in mit nach nun ob seit sein seine so über um unter vom von vor während was weil wenn
        wer wie wo zu zum zur nicht nur noch schon jetzt heute gestern niemand alle viele
        deshalb damit darum trotzdem zudem allerdings außerdem jedoch denn kein keine ihre ihm
        ihnen unser unsere insgesamt laut
    """,
    "fr": """
        le la les l un une des il elle ils elles on nous vous je ce cet cette ces c'est mais et
        en dans sur pour par avec selon après avant quand lorsque si son sa ses leur leurs où
        qui que pourtant cependant ainsi alors depuis au aux à
    """,
    "es": """
        el la los las un una unos unas él ella ellos ellas se su sus en con por para según pero
        y cuando si este esta estos estas ese esa esto eso al desde tras no ya también además
        sin como
    """,
    "it": """
        il lo la i gli le un uno una egli lui lei essi loro si suo sua in con per da su ma e
        quando se questo questa questi queste nel nella dopo secondo anche non al alla come
    """,
    "pt": """
        o a os as um uma uns umas ele ela eles elas se seu sua em no na nos nas com por para mas
        e quando este esta isso após segundo não também ao à como
    """,
    "nl": """
        de het een hij zij ze we wij ik je dit dat deze die er in op met voor van maar en toen
        als na volgens ook niet zijn haar hun om bij daar daarom echter
    """,
}  # fmt: skip


@cache
def starters(language: str) -> frozenset[str]:
    """Words that often open a sentence; those of all listed languages for one without a list."""
    if language in _STARTERS:
        return frozenset(_STARTERS[language].split())
    return frozenset(
        word for words in _STARTERS.values() for word in words.split() if len(word) > 1
    )
