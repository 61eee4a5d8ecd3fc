#include "app/journey/kept.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static const struct kept_head head = {.form_id = "pension-renewal",
                                      .instance_id = "uuid:1",
                                      .at = "/data/child[2]/name",
                                      .saved_ms = 1795320000123,
                                      .is_wanted = true,
                                      .is_helping = true};

static struct buf text_buf(const char *text, size_t size)
{
    struct buf buf;
    buf_init_private(&buf);
    buf_append(&buf, text, size);
    return buf;
}

/* An application with an audit log, a photo (binary) and an empty file. */
static struct buf written(void)
{
    struct buf xml = text_buf("<data>\xe7\x8e\x8b</data>", 16), out;
    struct buf audit = text_buf("event,node\n", 11);
    struct attachment files[2] = {{.name = "photo.jpg", .bytes = text_buf("\xff\xd8\0\1", 4)},
                                  {.name = "empty.png", .bytes = text_buf("", 0)}};
    buf_init_private(&out);
    assert_ok(kept_write(&head, &xml, &audit, files, 2, &out));
    buf_finish(&xml);
    buf_finish(&audit);
    buf_finish(&files[0].bytes);
    buf_finish(&files[1].bytes);
    return out;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct buf bytes = written();
    struct kept *kept = NULL;
    assert_ok(kept_read(bytes.data, bytes.length, &kept));
    assert_string_equal(kept->head.form_id, head.form_id);
    assert_string_equal(kept->head.instance_id, head.instance_id);
    assert_string_equal(kept->head.at, head.at);
    assert_int_equal(kept->head.saved_ms, head.saved_ms);
    assert_true(kept->head.is_wanted && kept->head.is_helping);
    assert_string_equal(buf_text(&kept->xml), "<data>\xe7\x8e\x8b</data>");
    assert_string_equal(buf_text(&kept->audit), "event,node\n");
    assert_int_equal(kept->file_count, 2);
    assert_string_equal(kept->files[0].name, "photo.jpg");
    assert_memory_equal(kept->files[0].bytes.data, "\xff\xd8\0\1", 4);
    assert_int_equal(kept->files[1].bytes.length, 0);
    kept_destroy(&kept);
    assert_null(kept);
    buf_finish(&bytes);
}

/* Cut anywhere but between two files, it is refused; nothing is read beyond its end. */
static void a_torn_one_is_refused(void **state)
{
    (void)state;
    struct buf bytes = written();
    size_t accepted = 0;
    for (size_t size = 0; size < bytes.length; size++) {
        struct kept *kept = NULL;
        struct buf torn = text_buf(bytes.data, size); /* of its own, for the sanitizer */
        struct err e = kept_read(buf_text(&torn), size, &kept);
        accepted += !err_is(&e);
        assert_true(err_is(&e) == (kept == NULL));
        kept_destroy(&kept);
        buf_finish(&torn);
    }
    assert_int_equal(accepted, 3); /* before any file: whoever sealed it knows its length */
    buf_finish(&bytes);
}

static void lengths_that_lie_are_refused(void **state)
{
    (void)state;
    struct buf bytes = written();
    for (size_t i = 8; i < bytes.length; i++) {
        struct kept *kept = NULL;
        char was = bytes.data[i];
        bytes.data[i] = (char)0xff;
        struct err e = kept_read(bytes.data, bytes.length, &kept);
        assert_true(err_is(&e) == (kept == NULL));
        kept_destroy(&kept);
        bytes.data[i] = was;
    }
    buf_finish(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_torn_one_is_refused),
        cmocka_unit_test(lengths_that_lie_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
