"""The words of each language that say nothing about what a text is about."""

from functools import lru_cache

_WORDS = {
    "en": """a about after again all also am an and any are as at be because been before
        being both but by can could d did do does doing done during each either few for from
        further get had has have having he her here hers him his how however i if in into is
        it its itself just ll may me might more most much must my no nor not now of off on
        once one only or other our out over own re s same she should since so some such t
        than that the their them then there these they this those though through to too
        under until up upon us ve very was we were what when where whether which while who
        whom whose why will with within without would yet you your tell give name describe
        explain many called""",
    "de": """aber alle allem allen aller alles als also am an ander andere anderen anderer
        anderes auch auf aus bei beim bin bis bist da dabei dadurch daher damit dann daran
        darauf daraus darin darum das dass dasselbe davon dazu dein deine dem den denen denn
        der deren des dessen die dies diese diesem diesen dieser dieses doch dort du durch
        ein eine einem einen einer eines einige einigen einiger er es etwa etwas euch euer
        eure für gab gegen gegenüber genannt gewesen gibt habe haben hat hatte hatten hier
        hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in indem ins ist ja
        jede jedem jeden jeder jedes jene jener jetzt kann kein keine keinem keinen keiner
        können könnte konnte konnten machen man manche mehr mein meine mich mir mit muss
        musste müssen nach nachdem neben nicht nichts noch nun nur ob oder ohne sehr sei
        seien sein seine seinem seinen seiner seines seit selbst sich sie sind so sobald
        sogar solche solcher soll sollen sollte sollten sondern sonst sowie soweit über um
        und uns unser unsere unter viel viele vielen vom von vor wann war waren warum was
        wegen weil welche welchem welchen welcher welches wem wen wenn wer werde werden
        wessen wie wieder wird wo wobei wodurch wofür woher wohin womit woran worauf woraus
        worden worin wozu wurde wurden während würde würden zu zum zur zwar zwischen nenne
        heißt hieß""",
    "fr": """a à afin ai ainsi alors après au aucun aucune aussi autre autres aux avaient
        avait avant avec avez avoir ayant c car ce ceci cela celle celles celui ces cet
        cette ceux chaque chez ci combien comme comment d dans de depuis des donc dont du
        elle elles en encore entre es est et étaient était étant été être eu eux fait faut
        fut furent ici il ils j je jusqu l la là laquelle le lequel les lesquelles lesquels
        leur leurs lors lorsque lui m ma mais me même mêmes mes moi moins mon n ne ni nos
        notre nous on ont ou où par parce pas pendant peu peut peuvent plus plusieurs pour
        pourquoi puis qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses
        si sinon soit son sont sous sur t ta te tes toi ton tous tout toute toutes très tu
        un une vers vos votre vous y""",
    "es": """a al algo algún alguna algunas alguno algunos ante antes aquel aquella así aún
        aunque cada casi como cómo con contra cual cuál cuales cuáles cualquier cuando
        cuándo cuanto cuánto cuánta cuántas cuántos de del desde después donde dónde dos
        durante e el él ella ellas ello ellos en entonces entre era eran es esa esas ese eso
        esos esta está estaba estaban están estar estas este esto estos fue fueron ha había
        habían han hasta hay la las le les lo los más me mediante mi mientras mis muy nada
        ni no nos nosotros nuestra nuestro o otra otras otro otros para pero poco por porque
        pues que qué quien quién quienes quiénes se sea según ser si sí sido siendo sin sino
        sobre solo sólo son su sus también tan tanto te tiene tienen toda todas todo todos
        tras tu tus un una unas uno unos usted y ya yo llama llamaba""",
    "it": """a ad agli ai al alla alle allo altra altre altri altro anche ancora avere aveva
        avevano c che chi ci ciò coi col come con contro cosa così cui d da dagli dai dal
        dalla dalle dallo degli dei del dell della delle dello dentro di dopo dove due
        durante e è ed era erano essere fa fino fra fu furono già gli ha hanno ho i il in io
        l la le lei li lo loro lui ma me mentre mi mia mio molti molto ne negli nei nel nell
        nella nelle nello no noi non nostra nostro o ogni oltre per perché però più poi
        prima può qual quale quali quando quanta quante quanti quanto quel quella quelle
        quelli quello questa queste questi questo qui s sarà se sei senza si sia solo sono
        sopra sotto stata state stati stato su sua sue sugli sui sul sulla sulle suo suoi te
        ti tra tu tutta tutte tutti tutto un una uno v vi voi""",
    "pt": """a à ainda além algum alguma algumas alguns ante antes ao aos apenas após aquela
        aquele aqueles aquilo as às assim até cada com como contra da das de dela dele deles
        depois desde dessa desse desta deste do dois dos durante e é ela elas ele eles em
        enquanto entre era eram essa essas esse esses esta está estão estas estava este
        estes eu foi foram há isso isto já la lhe lo mais mas me mesmo meu minha muito
        muitos na nas não nem nessa nesse nesta neste no nos nós nossa nosso num numa o onde
        os ou outra outras outro outros para pela pelas pelo pelos pode podem por porque
        porquê pouco qual quais quando quanta quantas quanto quantos que quê quem são se sem
        sendo ser será seu seus si sido sob sobre sua suas também tão te tem têm ter tinha
        toda todas todo todos tu tudo um uma umas uns você vocês""",
    "nl": """aan achter al alle alleen als altijd andere ben bent bij binnen boven d daar
        daarna dan dat de deze die dit doen door dus een elk elke en er geen had hadden hare
        heb hebben heeft heel hem hen het hier hij hoe hoeveel hun ik in is ja je jij jou
        kan kon konden kunnen maar me meer men met mij mijn moet moeten na naar naast nadat
        niet niets nog nu of om omdat ons onze ook op over per reeds s sinds t te tegen ten
        ter terwijl toch toen tot tussen u uit uw van vanaf vanuit veel voor voordat waar
        waarbij waardoor waarom waarop wanneer want was waren wat we wel welk welke werd
        werden wie wij wil worden wordt zal ze zelf zich zij zijn zo zoals zonder zou zouden""",
    "sv": """alla allt än är åt att av blev bli blir de dem den denna deras dess dessa det
        detta dig din dina där då efter ej eller en er ett från för före genom ha hade han
        har hans hon honom hos hur hennes här i icke in inte jag ju kan kunde man med mellan
        men mig min mot mycket någon något några när och om oss på samma sedan sig sin sina
        sitt ska skulle som så till under upp ut utan vad var varför vara varit vem vems vi
        vid vilka vilken vilket över""",
    "da": """ad af alle alt at blev blive bliver da de dem den denne der deres det dette dig
        din disse dog du efter eller en end er et for fordi fra før ham han hans har havde
        hende her hun hvad hvem hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår i
        ikke ind jeg kan kunne man mange med meget mellem men mig min mod ned nogen noget
        nogle nu når og også om op os over på selv sig sin skal skulle som så til under ud
        uden var ved vi vil ville være været""",
    "no": """alle alt at av bare ble bli blir blitt da de deg dem den denne der deres det
        dette din disse du eller en enn er et etter for fordi fra før ha hadde ham han hans
        har henne her hun hva hvem hvilke hvilken hvilket hvis hvor hvordan hvorfor i ikke
        inn jeg kan kunne man mange med meg meget mellom men mot ned noe noen nå når og også
        om opp oss over på seg selv sin skal skulle som så til under ut uten var ved vi vil
        ville være vært""",
    "fi": """ei eivät että eli ennen en et he heidän heille hän hänen häntä ja jo joka
        joiden joista jolla jonka jos joskus jossa jota jotka jälkeen kanssa kautta keiden
        keitä ketkä koska koko kuin kuinka kuka kun kuten me mikä miksi millainen milloin
        millä minkä minne minun minä missä mistä mitkä mitä mukaan mutta myös ne niiden niin
        niitä no nyt näiden nämä näin ole oli olivat olla olleet ollut on onko ovat paljon
        se sekä sen siihen siinä sillä sitten sitä tai tässä tämä tämän tätä tuo vai vaan
        vain vielä voi voidaan voivat yli""",
    "hu": """a abban ahhoz ahogy aki akik akkor alatt által amely amelyek amelyet ami amikor
        amit annak arra arról át az azok azon azt aztán azzal be csak de e ebben egy egyik
        el ellen előtt én ennek és erre ez ezek ezt ezzel fel ha hanem hány hogy hogyan hol
        honnan hová ide igen ill illetve ilyen is itt jól kell kellett két ki kik kinek kit
        közben között közül le legyen lehet lenne lesz lett ma maga már még mely melyek
        melyik mennyi mert mi miért mikor milyen mind minden mint mit most nagyon ne nem
        nincs ő ők őket olyan össze ott pedig s sem soha sok szerint talán után vagy van
        vannak volt voltak volna""",
    "pl": """a aby ale albo ani aż bardzo bez bo bowiem by była było były być był będzie
        będą chce choć ci co coś czego czemu czy czyli czyj dla dlaczego do dwa gdy gdyby
        gdzie go i ich ile im inne inny iż ja jak jaka jaki jakie jakich jako je jednak jego
        jej jemu jest jeszcze jeśli jeżeli już kiedy kim kto kogo która które którego której
        który których którym którzy lub ma mają mi między mnie może można my na nad nam nas
        nawet nią nich nie niego niej nim niż no o od on ona one oni ono oraz po pod podczas
        ponieważ poza przed przez przy są się sobie swoje ta tak taki takie także tam te
        tego tej ten też to tu tych tylko tym u w we wie wiele więc wszystkie wszystko z za
        ze że""",
    "cs": """a aby aj ale ani ano až bez bude budou by byl byla byli bylo byly být co což či
        čí do ho i já jak jaká jaké jako jakou jaký je jeho jej její jejich jen ještě ji
        jiné jsem jsme jsou k kam kde kdo kdy když ke kolik která které kterého který kteří
        ku má mají mezi mi může my na nad nám nás ne nebo nebyl nejsou než ni nic o od on
        ona oni ono pak po pod podle pokud pouze právě pro proč proto protože před při s se
        si své svého svou svůj ta tak také tam tato te ten tento to tohoto tom toto tu ty u
        už v ve však všech všechny vy z za ze že""",
    "ro": """a acea aceasta această aceea acei aceia acel acela acele acelea acest acesta
        aceste acestea aceştia acestor acestui ai al ale alt alta alte am ar are aş aşa asta
        atunci au avea avem avut azi ba ca că când care căreia cărora cărui căror cât câte
        câți câtă ce cea cei cel cele celor cine către cu cui cum da dacă dar de deci decât
        deja din dintre doar după ea ei el ele era erau este eşti eu face fără fi fie
        fiecare fiind fost în îi îl împreună încât înainte între îşi iar la le li lor lui
        mai mult multe mulți ne ni nici nimic nişte noi nostru nu o or ori orice pe pentru
        peste poate prin sa să sale sau său se şi spre sub sunt te toate tot toți tu un una
        unde unei unele unii unor unui va voi vor vă""",
    "tr": """acaba ama ancak arada artık aslında ayrıca az bazı belki ben beni benim beri
        bile bir birçok biri birkaç biz bize bizim böyle bu buna bunda bundan bunlar bunları
        bunların bunu bunun burada çok çünkü da daha dahi de defa değil diğer diye dolayı
        eden ederek en fakat gibi göre halen hangi hangisi hatta hem hep hepsi her herhangi
        hiç için ile ilgili ise işte itibaren kadar karşın kaç kendi kendine kez ki kim kime
        kimi kimin kimse mı mi mu mü nasıl ne neden nedeniyle nedir nerede nereden nereye
        niçin niye o olan olarak oldu olduğu olduğunu olması olup ona ondan onlar onları
        onların onu onun orada oysa pek rağmen sadece sen siz sonra şey şu şunu tarafından
        üzere var ve veya ya yani yapılan yerine yine yoksa zaten""",
    "id": """ada adalah agar akan aku anda antara apa apabila apakah atas atau bagaimana
        bagi bahwa banyak beberapa belum berapa bila bisa bukan dalam dan dapat dari dengan
        di dia harus hingga ia ini itu jika juga kami kapan karena ke kepada ketika kita
        lagi lain lebih maka mana masih mengapa mereka namun nya oleh pada para saat saja
        sampai sangat saya sebagai sebelum sebuah sedang sejak selama semua seorang seperti
        serta setelah siapa sudah suatu telah tentang terhadap tersebut tetapi tidak untuk
        yaitu yakni yang""",
    "vi": """ai anh bao bằng bị bởi các cái cần cho chỉ chứ có còn của cùng cũng đã đang đây
        đâu để đến đi điều do đó được gì hay hoặc hơn khi không là lại làm lên lúc mà mỗi
        một mới nào này nên nếu ngay nhiều như nhưng những nơi nữa ở qua ra rằng rất rồi sau
        sẽ sự tại theo thì trên trong từ và vào vẫn vậy vì việc với""",
    "sw": """ajili ambao ambapo ambaye ambazo au baada bado basi bila cha gani hadi hapa
        hata hivyo hii hiyo huo huu ile ili ingawa je juu kabla kama kati katika kila kuhusu
        kutoka kuwa kwa kwamba la lakini mara mbali moja na nani ndani ni nini nje pia sana
        sasa si tu wa wakati wake wala wao wapi ya yake yao yeye za zaidi zake zao""",
    "ru": """а без более больше будет будто бы был была были было быть в вам вас ведь во вот
        все всего всех всю вы где да даже два для до другой его ее ей ему если есть еще же
        за здесь и из или им иногда их к каждый как какая какие каким каких какой какое
        какую кем ко когда кого кому которая которого которой которые который которых куда
        ли между меня мне много может можно мой мы на над надо наш не него нее ней нельзя
        нет ни нибудь никогда ним них ничего но ну о об однако он она они оно от откуда
        очень перед по под после потому почему почти при про раз разве с сам свою себе себя
        сейчас сколько со так также такой там те тем теперь то того тоже той только том тот
        три тут ты у уж уже хотя чего чей чем через что чтобы чуть чье чья эта эти этих это
        этого этой этом этот эту я""",
    "uk": """а або адже але бо був була були було бути в вам вас ваш він вже від вони вона
        все всіх ви де для до досить є ж за з зі із і й його її їй їм їх інший коли кого
        кожен котрий крім куди лише ми між можна може на над навіть нам нас наш не нею немає
        ні ніж ну о об один однак окрім от перед під після по потім при про проте саме свою
        себе скільки так також там те теж ти тим тих то того той тому тощо тут у уже хоч хто
        це цей ці цих цього цієї через чи чим чого чому що щоб як яка яке який яких якщо які
        я""",
    "el": """αλλά αν ανάμεσα αντί από απο αυτά αυτές αυτή αυτό αυτοί αυτός αυτού αυτών για
        γιατί δε δεν δηλαδή εάν εγώ είναι είτε είχαν είχε εκείνα εκείνη εκείνο εκείνος εμείς
        ενός ενώ ένα ένας επί επίσης έτσι έχει έχουν ή ήταν η θα ίδια ίδιο ίδιος και καθώς
        κάθε κατά κι μας με μέσα μετά μέχρι μη μια μία μιας μόνο μου να ο οι όμως όπου όπως
        όσο όταν ότι ούτε όχι παρά περί πιο ποια ποιά ποιες ποιο ποιοι ποιος ποιον ποιους
        πολύ πόσα πόσες πόση πόσο πόσοι πότε που πού πριν προς πως πώς σαν σας σε στα στη
        στην στις στο στον στους συ συν τα την της τι τις το τον του τους των ως ώστε""",
    "ar": """أن إن أنه أنها أو أي أين إذا إلا إلى أم أما أمام أنا أنت أحد أكثر ألا التي الذي
        الذين اللذان اللتان اللواتي بأن بعد بعض بل بما به بها بين بينما تحت تكون تم ثم حتى
        حول حيث حين خلال دون ذلك عبر عن عند عندما على عليه عليها غير فإن فقد فوق في فيه فيها
        قبل قد كان كانت كانوا كل كلا كم كما كيف لا لأن لدى لقد لكن لم لما لماذا لن له لها
        لهم ليس ليست ما ماذا متى مثل مع مما من منذ منه منها نحو نحن هذا هذه هل هم هنا هناك
        هو هي هؤلاء وأن وإن وقد وكان وكانت ولا ولم وما ومن وهو وهي و يكون يمكن""",
    "fa": """آن آنان آنها آیا از است اگر اما او ای این اینکه با باید باشد باشند بر برای برخی
        بسیار بعد به بود بودند بوده بی بین تا تر ترین توسط چرا چه چند چگونه چنین چون چیست
        حتی خود خواهد در درباره دو دیگر را روی زیرا سپس شد شدن شده شدند شود علیه فقط قبل که
        کجا کدام کرد کرده کردند کسی کنار کند کنند کی گفت ما مانند من مورد می میان نه نیز
        نیست ها های هر هم همان همچنین همه همین هنوز هیچ و وقتی ولی وی یا یک""",
    "he": """אבל או אולי אותה אותו אותם אז אחר אחרי אחת אי איזה איזו אין איפה איך אך אל אלה
        אלו אם אני אנחנו אף אשר את אתה בגלל בו בין בה בכל במה בעקבות בתוך גם דרך הוא היא היה
        היו הם הן הזה הזאת הרבה ואם וגם והוא והיא זאת זה זו חוץ יותר יש כאשר כבר כדי כי כך
        כל כמה כמו כן כפי לא לאחר לאן לה להם לו לי לכל למה למי לפי לפני מאוד מה מהו מהי מול
        מי מתי נגד עד עוד על עליו עם עצמו פי פחות רק של שלה שלהם שלו שם תחת""",
    "hi": """अपना अपनी अपने अब अभी आदि आप इन इनका इनके इस इसका इसकी इसके इसमें इसी इसे उन
        उनका उनकी उनके उनको उन्हें उन्होंने उस उसका उसकी उसके उसने उसे एक एवं ऐसा ऐसे और कब
        कभी कम कर करता करते करना करने कहा कहाँ कहां का कारण कि कितना कितनी कितने किन किया
        किस किसका किसकी किसके किसने किसी किसे की कुछ के को कोई कौन कौनसा कौनसी क्या क्यों गई
        गए गया चाहिए जब जहाँ जहां जा जाता जाती जाते जाना जिन जिनका जिनके जिस जिसका जिसके
        जिसने जिसमें जिसे जैसा जैसे जो तक तथा तब तरह तो था थी थीं थे दिया द्वारा न नहीं ने
        पर फिर बहुत बाद बीच भी मगर में मैं यह यहाँ यहां या ये रहा रही रहे लिए लेकिन व वह
        वहाँ वहां वाला वाली वाले वे साथ से हम ही हुआ हुई हुए है हैं हो होता होती होते होना
        होने""",
    "bn": """অথবা আগে আছে আবার আমরা আমি আর ই ইত্যাদি উপর এ এই একটি এক এখন এটা এটি এবং এমন এর
        ও ওই কখন কত কথা কবে করতে করা করার করে করেছেন কাছে কারণ কি কিছু কিন্তু কী কে কেন কেউ
        কোথায় কোন কোনো ছিল ছিলেন জন্য তা তাই তাদের তার তারা তাঁর তিনি তবে থেকে দিয়ে দ্বারা
        না নিয়ে পর্যন্ত পরে বলে বা বেশি মতো মধ্যে যখন যা যায় যার যে যেমন যদি সঙ্গে সব সাথে
        সে সেই হতে হবে হয় হয়ে হয়েছে হল হলে""",
}


@lru_cache(maxsize=64)
def stop_words(language: str) -> frozenset[str]:
    """Casefolded stop words of an ISO 639-1 language; none for a language without a list."""
    return frozenset(_WORDS.get("no" if language in ("nb", "nn") else language, "").split())
