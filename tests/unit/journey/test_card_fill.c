/* The group "ex:yizhan.idcard": every text of every card has its field, and the form's checks know them all.
 */
#include "app/journey/card_fill.h"
#include "app/journey/fillers.h"
#include "drivers/idcard/idcard.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/journey/fake_kiosk.h"

#include <stdio.h>
#include <string.h>

/* A form whose card group asks for all that a card has, and one thing more. */
static void write_form(const char *more, struct buf *out_xml)
{
    buf_append_text(out_xml, "<h:html xmlns='http://www.w3.org/2002/xforms' "
                             "xmlns:h='http://www.w3.org/1999/xhtml'><h:head><h:title>card</h:title><model>"
                             "<instance><data id='card' version='1'><case_number/><card>");
    for (size_t i = 0; i < IDCARD_FIELDS; i++)
        buf_printf(out_xml, "<%s/>", idcard_fields[i]);
    buf_printf(out_xml, "%s</card></data></instance></model></h:head><h:body>", more);
    buf_append_text(out_xml, "<group ref='/data/card' intent='ex:yizhan.idcard()'><label>Card</label>");
    for (size_t i = 0; i < IDCARD_FIELDS; i++)
        buf_printf(out_xml, "<input ref='/data/card/%s'><label>%zu</label></input>", idcard_fields[i], i);
    buf_append_text(out_xml, "</group></h:body></h:html>");
}

static size_t unfillable(const char *more)
{
    struct buf xml = {0};
    struct xform *form = NULL;
    const struct xform_finding *findings;
    size_t found = 0;
    write_form(more, &xml);
    assert_ok(xform_study(buf_text(&xml), xml.length, NULL, journey_fillers, &form));
    for (size_t i = 0, count = xform_findings(form, &findings); i < count; i++)
        found += strstr(findings[i].text, "a card cannot fill it") != NULL;
    xform_destroy(&form);
    buf_finish(&xml);
    return found;
}

static void the_checks_know_what_a_card_fills(void **state)
{
    (void)state;
    assert_int_equal(unfillable("<photo/>"), 0);
    assert_int_equal(unfillable("<shoe_size/>"), 1);
}

static void every_text_of_a_card_reaches_its_field(void **state)
{
    struct fake_kiosk kiosk;
    struct xform *form = NULL;
    struct buf xml = {0};
    struct session_node group;
    const char *message = "";
    const struct session_inputs inputs = {.now_ms = 1795320000000, .instance_id = "uuid:1"};
    struct idcard card = {.type = IDCARD_HMT_PERMIT,
                          .name = "李美",
                          .name_zh = "李美",
                          .sex = "女",
                          .nation = "汉",
                          .birth = "1950-07-01",
                          .address = "青溪镇",
                          .id_number = "810000195007010123",
                          .issuer = "青溪县公安局",
                          .valid_from = "2020-01-01",
                          .valid_to = "2030-01-01",
                          .pass_number = "H12345678",
                          .issue_count = "01"};
    (void)state;
    fake_kiosk_start(&kiosk);
    write_form("", &xml);
    assert_ok(xform_load(buf_text(&xml), xml.length, NULL, &form));
    struct visit *visit = kiosk.journey->visit;
    assert_ok(session_create(form, &inputs, &visit->session));
    assert_ok(session_look(visit->session, "/data/card", &group));
    assert_ok(card_fill(kiosk.journey->visit, &group, &card, &message));
    assert_string_equal(message, "");
    for (size_t i = 0; i < IDCARD_FIELDS; i++) {
        char ref[80];
        snprintf(ref, sizeof ref, "/data/card/%s", idcard_fields[i]);
        assert_true(*idcard_field(&card, idcard_fields[i]) != '\0');
        assert_string_equal(session_value(visit->session, ref), idcard_field(&card, idcard_fields[i]));
    }
    session_destroy(&visit->session);
    xform_destroy(&form);
    buf_finish(&xml);
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_checks_know_what_a_card_fills),
        cmocka_unit_test(every_text_of_a_card_reaches_its_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
