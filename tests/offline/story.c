#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void make_dir(const char *dir, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(mkdir(path, 0755), 0);
}

struct story *story_start(const char *place)
{
    static const char *const media[] = {"guide.csv=key,lang,value\ntitle,,Test\n", NULL};
    struct story *story = calloc(1, sizeof *story);
    char dir[96];

    snprintf(story->dir, sizeof story->dir, "%s/yizhan-story-XXXXXX", place);
    assert_non_null(mkdtemp(story->dir));
    make_dir(story->dir, "platform");
    make_dir(story->dir, "kiosk");
    snprintf(dir, sizeof dir, "%s/platform", story->dir);
    platform_start(&story->platform, dir, NULL);
    platform_publish(&story->platform, "test", "1", media);
    platform_tell(&story->platform, "forms", "{}");
    snprintf(dir, sizeof dir, "%s/kiosk", story->dir);
    kiosk_write_config(dir, story->platform.url, story->platform.key_sha256, "");
    kiosk_open(&story->kiosk, dir);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(story->kiosk.counts.forms, 1);
    return story;
}

int story_setup(void **state)
{
    *state = story_start(fixture_place());
    return 0;
}

struct proxy *story_road(struct story *story, const struct proxy_road *road)
{
    char url[128], dir[96];

    story->proxy = proxy_start(story->platform.port, road);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/key/demo/projects/1", proxy_port(story->proxy));
    snprintf(dir, sizeof dir, "%s/kiosk", story->dir);
    kiosk_close(&story->kiosk);
    kiosk_write_config(dir, url, story->platform.key_sha256, "");
    kiosk_open(&story->kiosk, dir);
    return story->proxy;
}

int story_teardown(void **state)
{
    struct story *story = *state;
    kiosk_close(&story->kiosk);
    proxy_stop(&story->proxy);
    platform_stop(&story->platform);
    fixture_remove_dir(story->dir);
    free(story);
    return 0;
}

void story_wait(struct story *story)
{
    clock_fake_advance(&story->kiosk.clock, (int64_t)24 * 3600 * 1000);
}
