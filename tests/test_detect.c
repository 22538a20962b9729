/* test_detect.c - the language of sentences. The sentences are our own. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "text/detect.h"

static const struct { const char *language, *text; } sentences[] = {
    {"en", "The old bridge was closed because the river had risen during the night."},
    {"en", "She asked me whether I had seen her brother at the station."},
    {"en", "Nobody in the village knew where the strange music came from."},
    {"en", "He ordered a café au lait and read Die Zeit until noon."},
    {"en", "My colleague moved from München to São Paulo two years ago."},
    {"de", "Der alte Müller öffnete das Fenster und sah in den Garten hinaus."},
    {"de", "Wir haben gestern lange auf den Zug nach Hamburg gewartet."},
    {"de", "Niemand wusste, warum die Lichter in der Schule noch brannten."},
    {"de", "Kannst du mir bitte sagen, wie viel das Brot kostet?"},
    {"de", "Anschließend wechselten die Kinder schnell ihre nassen Schuhe."},
    {"nl", "De bakker op de hoek verkoopt elke morgen vers brood."},
    {"nl", "Wij hebben gisteren de hele dag in de tuin gewerkt."},
    {"nl", "Kun je mij vertellen waar het station is?"},
    {"nl", "Het meisje vond haar sleutels niet meer terug in haar tas."},
    {"nl", "Niemand wist waarom het licht in de school nog brandde."},
    {"fr", "Le vieux boulanger ouvre sa boutique tous les matins à six heures."},
    {"fr", "Nous avons attendu le train pendant plus de deux heures."},
    {"fr", "Personne ne savait pourquoi la lumière brûlait encore."},
    {"fr", "Est-ce que tu peux me dire combien coûte ce pain ?"},
    {"fr", "La petite fille a perdu ses clés dans le jardin de sa grand-mère."},
    {"es", "El viejo panadero abre su tienda todas las mañanas a las seis."},
    {"es", "Ayer esperamos el tren durante más de dos horas."},
    {"es", "Nadie sabía por qué la luz de la escuela seguía encendida."},
    {"es", "¿Puedes decirme cuánto cuesta este pan, por favor?"},
    {"es", "La niña perdió sus llaves en el jardín de su abuela."},
    {"it", "Il vecchio fornaio apre la sua bottega ogni mattina alle sei."},
    {"it", "Ieri abbiamo aspettato il treno per più di due ore."},
    {"it", "Nessuno sapeva perché la luce della scuola fosse ancora accesa."},
    {"it", "Puoi dirmi per favore quanto costa questo pane?"},
    {"it", "La bambina ha perso le chiavi nel giardino della nonna."},
    {"pt", "O velho padeiro abre a sua loja todas as manhãs às seis."},
    {"pt", "Ontem esperámos o comboio durante mais de duas horas."},
    {"pt", "Ninguém sabia porque a luz da escola ainda estava acesa."},
    {"pt", "Você pode me dizer quanto custa este pão, por favor?"},
    {"pt", "A menina perdeu as chaves no jardim da sua avó."},
    {"sv", "Den gamle bagaren öppnar sin butik varje morgon klockan sex."},
    {"sv", "I går väntade vi på tåget i mer än två timmar."},
    {"sv", "Ingen visste varför ljuset i skolan fortfarande brann."},
    {"sv", "Kan du säga mig hur mycket det här brödet kostar?"},
    {"sv", "Flickan tappade sina nycklar i mormors trädgård efter festen."},
    {"da", "Den gamle bager åbner sin butik hver morgen klokken seks."},
    {"da", "I går ventede vi på toget i mere end to timer."},
    {"da", "Ingen vidste, hvorfor lyset i skolen stadig var tændt."},
    {"da", "Kan du sige mig, hvad dette brød koster i dag?"},
    {"nb", "Den gamle bakeren åpner butikken sin hver morgen klokka seks."},
    {"nb", "I går ventet vi på toget i mer enn to timer."},
    {"nb", "Ingen visste hvorfor lyset på skolen fortsatt var tent."},
    {"nb", "Kan du si meg hva dette brødet koster i dag?"},
    {"fi", "Vanha leipuri avaa kauppansa joka aamu kello kuusi."},
    {"fi", "Eilen me odotimme junaa yli kaksi tuntia asemalla."},
    {"fi", "Kukaan ei tiennyt, miksi koulun valot olivat vielä päällä."},
    {"fi", "Voisitko sanoa minulle, paljonko tämä leipä maksaa?"},
    {"et", "Vana pagar avab oma poe igal hommikul kell kuus."},
    {"et", "Eile ootasime me jaamas rongi üle kahe tunni."},
    {"et", "Keegi ei teadnud, miks koolis ikka veel tuli põles."},
    {"hu", "Az öreg pék minden reggel hatkor kinyitja a boltját."},
    {"hu", "Tegnap több mint két órát vártunk a vonatra."},
    {"hu", "Senki sem tudta, miért ég még a villany az iskolában."},
    {"hu", "Meg tudod mondani, mennyibe kerül ez a kenyér?"},
    {"pl", "Stary piekarz otwiera swój sklep codziennie rano o szóstej."},
    {"pl", "Wczoraj czekaliśmy na pociąg ponad dwie godziny."},
    {"pl", "Nikt nie wiedział, dlaczego w szkole jeszcze pali się światło."},
    {"pl", "Czy możesz mi powiedzieć, ile kosztuje ten chleb?"},
    {"cs", "Starý pekař otevírá svůj obchod každé ráno v šest hodin."},
    {"cs", "Včera jsme čekali na vlak více než dvě hodiny."},
    {"cs", "Nikdo nevěděl, proč se ve škole ještě svítí."},
    {"cs", "Můžeš mi říct, kolik stojí tento chléb?"},
    {"sk", "Starý pekár otvára svoj obchod každé ráno o šiestej."},
    {"sk", "Včera sme čakali na vlak viac ako dve hodiny."},
    {"sk", "Nikto nevedel, prečo sa v škole ešte svieti."},
    {"sl", "Stari pek odpre svojo trgovino vsako jutro ob šestih."},
    {"sl", "Včeraj smo na vlak čakali več kot dve uri."},
    {"sl", "Nihče ni vedel, zakaj je v šoli še vedno gorela luč."},
    {"hr", "Stari pekar otvara svoju trgovinu svako jutro u šest sati."},
    {"hr", "Jučer smo čekali vlak više od dva sata."},
    {"hr", "Nitko nije znao zašto u školi još gori svjetlo."},
    {"ro", "Bătrânul brutar își deschide prăvălia în fiecare dimineață la șase."},
    {"ro", "Ieri am așteptat trenul mai mult de două ore."},
    {"ro", "Nimeni nu știa de ce lumina din școală era încă aprinsă."},
    {"tr", "Yaşlı fırıncı dükkânını her sabah saat altıda açar."},
    {"tr", "Dün treni iki saatten daha fazla bekledik."},
    {"tr", "Kimse okulda ışığın neden hâlâ yandığını bilmiyordu."},
    {"lt", "Senas kepėjas kiekvieną rytą šeštą valandą atidaro savo parduotuvę."},
    {"lt", "Vakar mes laukėme traukinio daugiau kaip dvi valandas."},
    {"lv", "Vecais maiznieks katru rītu pulksten sešos atver savu veikalu."},
    {"lv", "Vakar mēs gaidījām vilcienu vairāk nekā divas stundas."},
    {"ca", "El vell forner obre la seva botiga cada matí a les sis."},
    {"ca", "Ahir vam esperar el tren durant més de dues hores."},
    {"eu", "Okin zaharrak goizero seietan irekitzen du bere denda."},
    {"eu", "Atzo bi ordu baino gehiago egon ginen trenaren zain."},
    {"cy", "Mae'r hen bobydd yn agor ei siop bob bore am chwech."},
    {"cy", "Roedd y plant yn chwarae yn yr ardd drwy'r dydd."},
    {"id", "Tukang roti tua itu membuka tokonya setiap pagi pukul enam."},
    {"id", "Kemarin kami menunggu kereta lebih dari dua jam."},
    {"vi", "Người thợ làm bánh già mở cửa hàng mỗi sáng lúc sáu giờ."},
    {"vi", "Hôm qua chúng tôi đã đợi tàu hơn hai giờ."},
    {"sw", "Mzee huyu hufungua duka lake kila siku asubuhi na mapema."},
    {"eo", "La maljuna bakisto malfermas sian butikon ĉiun matenon."},
    {"ru", "Старый пекарь открывает свою лавку каждое утро в шесть часов."},
    {"ru", "Вчера мы ждали поезд больше двух часов."},
    {"uk", "Старий пекар відчиняє свою крамницю щоранку о шостій."},
    {"uk", "Вчора ми чекали на потяг понад дві години."},
    {"bg", "Старият пекар отваря магазина си всяка сутрин в шест."},
    {"bg", "Вчера чакахме влака повече от два часа."},
    {"sr", "Стари пекар отвара своју радњу сваког јутра у шест."},
    {"be", "Стары пекар адчыняе сваю краму кожную раніцу ў шэсць."},
    {"mk", "Стариот пекар ја отвора својата продавница секое утро во шест."},
    {"el", "Ο γέρος φούρναρης ανοίγει το μαγαζί του κάθε πρωί στις έξι."},
    {"he", "האופה הזקן פותח את חנותו בכל בוקר בשעה שש."},
    {"ar", "يفتح الخباز العجوز دكانه كل صباح في الساعة السادسة."},
    {"fa", "نانوای پیر هر روز صبح ساعت شش مغازه‌اش را باز می‌کند."},
    {"ur", "بوڑھا نانبائی ہر صبح چھ بجے اپنی دکان کھولتا ہے۔"},
    {"hi", "बूढ़ा नानबाई हर सुबह छह बजे अपनी दुकान खोलता है।"},
    {"mr", "म्हातारा बेकरीवाला रोज सकाळी सहा वाजता आपले दुकान उघडतो आणि पाव विकतो."},
    {"bn", "বুড়ো রুটিওয়ালা প্রতিদিন সকাল ছয়টায় তার দোকান খোলে।"},
    {"ta", "வயதான ரொட்டிக்காரர் தினமும் காலை ஆறு மணிக்கு கடையைத் திறக்கிறார்."},
    {"ka", "მოხუცი მცხობელი ყოველ დილით ექვს საათზე ხსნის თავის მაღაზიას."},
    {"hy", "Ծեր հացթուխը ամեն առավոտ ժամը վեցին բացում է իր խանութը։"},
    {"ko", "늙은 빵집 주인은 매일 아침 여섯 시에 가게를 연다."},
    {"ja", "年老いたパン屋は毎朝六時に店を開けます。"},
    {"cmn", "老面包师每天早上六点打开他的店。"},
};

static void test_sentences(void **state)
{
    (void)state;
    char out[SX_LANGUAGE_TAG];
    int right = 0, english = 0;
    for (size_t i = 0; i < COUNT(sentences); i++) {
        int sure = sx_detect_language(sentences[i].text, strlen(sentences[i].text), "en", out);
        if (!strcmp(out, sentences[i].language))
            right++;
        else
            print_message("# %s taken for %s (%d): %s\n", sentences[i].language, out, sure, sentences[i].text);
        english += !strcmp(sentences[i].language, "en") && strcmp(out, "en");
    }
    print_message("# %d of %zu sentences right\n", right, COUNT(sentences));
    assert_int_equal(english, 0);
    assert_true(right * 100 >= (int)COUNT(sentences) * 95);
}

/* The language around: kept by short and doubtful texts, as it was written. */
static void test_fallback(void **state)
{
    (void)state;
    static const struct { const char *text, *around, *language; int sure; } rows[] = {
        {"", "en-GB", "en-GB", 0},
        {"42.", "de", "de", 0},
        {"OK", "fr", "fr", 0},
        {"The house is on the other side of the road.", "en-GB", "en-GB", 1},
        {"The house is on the other side of the road.", "de-AT", "en", 1},
        {"Das Haus steht auf der anderen Seite der Straße.", "de-AT", "de-AT", 1},
        {"Taxi Hotel Radio", "nl", "nl", 0},
        {"Je l'ai vu.", "fr-CA", "fr-CA", 0},
        {"Ja.", "en", "en", 0},
        {"Die Hard", "en", "en", 0},
        {"Москва", "en", "ru", 1},
        {"Москва", "bg", "bg", 0},
        {"東京", "ja", "ja", 0},
        {"東京", "en", "cmn", 1},
        {"東京へ", "en", "ja", 1},
        {"iPhone 15 Pro Max", "ru", "ru", 0},
        {"Schadenfreude is a word that English took from German.", "en", "en", 1},
        {"a tag that is much too long", "xx-yyyy-zzzz-wwww-vvvv", "en", -1}};
    char out[SX_LANGUAGE_TAG];
    for (size_t i = 0; i < COUNT(rows); i++) {
        int sure = sx_detect_language(rows[i].text, strlen(rows[i].text), rows[i].around, out);
        assert_true(strlen(out) < SX_LANGUAGE_TAG);
        if (rows[i].sure < 0)
            continue;
        if (strcmp(out, rows[i].language) || sure != rows[i].sure)
            fail_msg("%s around, %s: %s %d", rows[i].around, rows[i].text, out, sure);
    }
}

/* Any bytes: a tag comes out. */
static void test_hostile(void **state)
{
    (void)state;
    static char text[5000];
    char out[SX_LANGUAGE_TAG];
    uint32_t seed = 7;
    for (int round = 0; round < 400; round++) {
        size_t n = (size_t)(round * 12);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            text[i] = round % 3 == 0 ? (char)(seed >> 24 ? seed >> 24 : 1) : round % 3 == 1 ? "aé'ж "[seed >> 24 & 7 ? seed >> 24 & 7 : 4] : (char)('a' + (seed >> 24) % 3);
            if (!text[i])
                text[i] = ' ';
        }
        sx_detect_language(text, n, "en", out);
        assert_true(out[0] && strlen(out) < SX_LANGUAGE_TAG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sentences), cmocka_unit_test(test_fallback), cmocka_unit_test(test_hostile)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
