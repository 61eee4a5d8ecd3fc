#include "app/visit/visit_log.h"

#include "board/base/file.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char dir[64], path[96];
    struct clock_fake clock;
};

static int begin(void **state)
{
    struct place *f = calloc(1, sizeof *f);
    strcpy(f->dir, "/tmp/yizhan-visit-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    snprintf(f->path, sizeof f->path, "%s/log", f->dir);
    clock_fake_init(&f->clock, 1795334400000);
    *state = f;
    return 0;
}

static int end(void **state)
{
    struct place *f = *state;
    fixture_remove_dir(f->dir);
    free(f);
    return 0;
}

static struct visit_log *open_log(struct place *f)
{
    struct visit_log *log = NULL;
    assert_ok(visit_log_open(f->dir, &f->clock.clock, &log));
    return log;
}

static void add(struct visit_log *log, const char *step, const char *event)
{
    assert_ok(visit_log_add(log, &(struct visit_log_line){"visit-1", "王工", step, event, ""}));
}

static struct visit_log_check verify(const struct place *f)
{
    struct visit_log_check check;
    assert_ok(visit_log_verify(f->path, &check));
    return check;
}

static void a_broken_off_visit_goes_on_and_a_finished_one_begins_anew(void **state)
{
    struct place *f = *state;
    struct visit_log *log = open_log(f);
    add(log, "forms", "begin");
    add(log, "forms", "done");
    add(log, "update", "begin");
    visit_log_close(&log);

    log = open_log(f);
    assert_true(visit_log_is_done(log, "visit-1", "forms"));
    assert_false(visit_log_is_done(log, "visit-1", "update"));
    assert_false(visit_log_is_done(log, "visit-2", "forms"));
    add(log, "update", "done");
    add(log, "visit", "end");
    assert_false(visit_log_is_done(log, "visit-1", "forms"));
    visit_log_close(&log);
    assert_int_equal(verify(f).lines, 5);
    assert_int_equal(verify(f).broken_line, 0);
}

static void only_one_visits_at_a_time(void **state)
{
    struct place *f = *state;
    struct visit_log *log = open_log(f), *second = NULL;
    assert_err_class(visit_log_open(f->dir, &f->clock.clock, &second), ERR_RETRY);
    assert_null(second);
    visit_log_close(&log);
}

static void change(const struct place *f, int line, char *(*act)(char *line))
{
    struct buf text = {0}, out = {0};
    assert_ok(file_read(f->path, 1 << 20, &text));
    int at = 0;
    for (char *rest = text.data, *one; (one = strsep(&rest, "\n")) != NULL && *one;) {
        char *kept = ++at == line ? act(one) : one;
        if (kept)
            buf_printf(&out, "%s\n", kept);
    }
    assert_ok(file_write(f->path, out.data, out.length, 0660));
    buf_finish(&text);
    buf_finish(&out);
}

static char *other_step(char *line)
{
    memcpy(strstr(line, "forms"), "fooms", 5);
    return line;
}

static char *gone(char *line)
{
    (void)line;
    return NULL;
}

static void a_changed_or_missing_line_shows_and_is_put_aside(void **state)
{
    struct place *f = *state;
    char aside[128];
    char *(*const acts[])(char *line) = {other_step, gone};
    for (int i = 0; i < 2; i++) {
        struct visit_log *log = open_log(f);
        for (int n = 0; n < 5; n++)
            add(log, "forms", "done");
        visit_log_close(&log);
        change(f, 3, acts[i]);
        /* a changed line still fits what stood before it: the next one tells */
        assert_int_equal(verify(f).broken_line, i == 0 ? 4 : 3);
        log = open_log(f);
        assert_false(visit_log_is_done(log, "visit-1", "forms"));
        visit_log_close(&log);
        assert_int_equal(verify(f).lines, 1);
        assert_int_equal(verify(f).broken_line, 0);
        snprintf(aside, sizeof aside, "%s.broken-%d", f->path, i + 1);
        assert_int_equal(access(aside, F_OK), 0);
        assert_int_equal(unlink(f->path), 0);
    }
}

static void a_torn_last_line_was_told_to_nobody(void **state)
{
    struct place *f = *state;
    struct visit_log *log = open_log(f);
    add(log, "forms", "done");
    add(log, "update", "done");
    visit_log_close(&log);
    struct stat info;
    assert_int_equal(stat(f->path, &info), 0);
    assert_int_equal(truncate(f->path, info.st_size - 20), 0);
    log = open_log(f);
    assert_true(visit_log_is_done(log, "visit-1", "forms"));
    assert_false(visit_log_is_done(log, "visit-1", "update"));
    add(log, "update", "done");
    visit_log_close(&log);
    assert_int_equal(verify(f).lines, 2);
    assert_int_equal(verify(f).broken_line, 0);
}

/* A form's Chinese name, cut to a size by whoever said it. */
static void half_a_character_does_not_end_the_visit(void **state)
{
    struct place *f = *state;
    struct visit_log *log = NULL;
    struct visit_log_check check;
    assert_ok(visit_log_open(f->dir, &f->clock.clock, &log));
    assert_ok(visit_log_add(log, &(struct visit_log_line){"1", "who", "forms", "failed",
                                                          "form \xE5\x85\xBB\xE8\x80\x81\xE9\x87"}));
    visit_log_close(&log);
    assert_ok(visit_log_verify(f->path, &check));
    assert_int_equal(check.broken_line, 0);
    assert_int_equal(check.lines, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(half_a_character_does_not_end_the_visit, begin, end),
        cmocka_unit_test_setup_teardown(a_broken_off_visit_goes_on_and_a_finished_one_begins_anew, begin,
                                        end),
        cmocka_unit_test_setup_teardown(only_one_visits_at_a_time, begin, end),
        cmocka_unit_test_setup_teardown(a_changed_or_missing_line_shows_and_is_put_aside, begin, end),
        cmocka_unit_test_setup_teardown(a_torn_last_line_was_told_to_nobody, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
