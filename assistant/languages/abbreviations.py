"""Word lists that tell a full stop of an abbreviation or an ordinal from the end of a sentence."""

from functools import cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set(
    """
    Mr Mrs Ms Mx Dr Drs Prof Rev Hon Gen Col Maj Capt Cpt Lt Sgt Sen Rep Gov Pres Supt St Ste Mt
    Ft Hr Fr Frl Dipl Ing Mme Mlle Mgr MM Sr Sra Srta Dra Dña Ud Uds Arq Lic Sig Sigg Dott Avv
    Dhr Mevr Mw Mej Ir Kgl Str Hrsg EE
    """
)
"""Titles before a name, with their capital: they never end a sentence."""

INSIDE = _set(
    """
    dr drs prof ing ir dhr mevr dipl habil bzw ggf vgl evtl sog inkl exkl zzgl ca circa geb gest
    verh d.ª e.g i.e viz cf vs approx z.b d.h u.a u.ä i.d.r s.o s.u o.ä m.e v.a z.t z.zt i.a i.v
    b.z.w bsp bspw p.ex av.j.-c ej p.ej bl.a t.ex f.eks d.v.s m.fl bijv resp t.a.v o.a m.b.t
    prof.ssa им ум ул г.н проф акад гр см напр т.е т.к т.н г-н г-жа д-р डॉ श्री د أ.د
    """
)
"""Abbreviations in small letters after which a sentence always goes on."""

LIST_ENDS = _set("etc usw usf uvm u.s.w enz osv m.m atd apod itd itp т.д т.п др κ.λπ κλπ")
"""Abbreviations that close a list: a capital after them opens a sentence (in German: may)."""

ENDING = _set(
    """
    inc ltd co corp llc plc bros jr sr al dept univ assn ave blvd rd ff f dgl gmbh ag e.v a.m
    p.m a.d b.c ph.d m.d u.s u.k u.n e.u d.c aufl ed eds ebd cie s.a s.l s.r.l s.p.a c.a e.d
    m.in tzn jun sen min max st sek std ft г гг руб млн млрд тыс jan feb mar apr jun jul aug sep
    sept oct okt nov dec dez
    """
)
"""Abbreviations that may stand last: they end a sentence only before a word that opens one."""

NUMBERED = _set(
    """
    no nos nr num nº n art arts abs sec sect chap ch vol vols p pp pg par para s sp z kap
    kapitel fig abb tab bd jg rn rz rdn lit ziff núm pág págs cap tel ext op km st ca max
    min jan feb mar apr jun jul aug sep sept oct nov dec okt dez rs bl hausnr стр с гл ст рис
    табл № тел
    """
)
"""Abbreviations before a number: "No. 5", "S. 12", "Fig. 3"."""

ORDINAL_LANGUAGES = _set("de da no fi cs sk hu sl hr bs sr et lv tr is fo lb pl eu")
"""Languages that write an ordinal as a number with a full stop."""

DAY_WORDS = _set("am der die das dem den des im vom zum bis ab seit beim zur einem d. dne po")
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
