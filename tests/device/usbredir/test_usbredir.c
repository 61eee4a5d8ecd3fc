/* The models as USB devices on usb-redir: enumerated, used, pulled out and plugged in by a small host. */
#include "drivers/camera/model/descriptors.h"
#include "drivers/camera/model/uvc.h"
#include "drivers/idcard/sam.h"
#include "drivers/picture/jpeg.h"
#include "drivers/printer/model/printer_model.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/hands.h"
#include "tests/device/usbredir/redir_host.h"
#include "tests/device/usbredir/usbredir.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STALLED   4 /* usb_redir_stall */
#define CANCELLED 1 /* usb_redir_cancelled */

struct scene {
    char folder[32];
    struct loop_thread *thread;
    struct usbredir_bus *usbredir;
    struct stand_bus bus;
    struct hands hands;
    struct redir_host *host;
};

static void set_the_stand(void *context)
{
    struct scene *scene = context;
    assert_ok(usbredir_bus_create(scene->folder, &scene->usbredir));
    scene->bus = usbredir_stand_bus(scene->usbredir);
    assert_ok(stand_idcard_create(&scene->bus, &scene->hands.deck, hands_new_device(&scene->hands)));
    assert_ok(stand_printer_create(&scene->bus, hands_new_device(&scene->hands)));
    assert_ok(stand_usb_camera_create(&scene->bus, hands_new_device(&scene->hands)));
    assert_ok(hands_plug_all(&scene->hands));
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    strcpy(scene->folder, "/tmp/yz-redir-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &scene->hands.deck));
    scene->thread = loop_thread_create();
    loop_thread_run(scene->thread, set_the_stand, scene);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    redir_host_destroy(&scene->host);
    loop_thread_destroy(&scene->thread);
    usbredir_bus_destroy(&scene->usbredir);
    hands_finish(&scene->hands);
    rmdir(scene->folder);
    free(scene);
    return 0;
}

static struct redir_host *connect_to(struct scene *scene, const char *device)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", scene->folder, device);
    scene->host = redir_host_connect(path);
    redir_host_await_device(scene->host, true);
    return scene->host;
}

struct errand {
    struct hands *hands;
    const char *text;
};

static void run_errand(void *context)
{
    struct errand *errand = context;
    assert_ok(hands_do(errand->hands, errand->text));
}

static void hands(struct scene *scene, const char *text)
{
    struct errand errand = {&scene->hands, text};
    loop_thread_run(scene->thread, run_errand, &errand);
}

/* As the kernel does after a port's reset: device descriptor, configuration, then the whole configuration. */
static void a_host_enumerates_the_reader(void **state)
{
    struct redir_host *host = connect_to(*state, "idcard");
    uint8_t bytes[96];
    size_t size;
    assert_int_equal(redir_host_vendor(host), 0x0400);
    assert_int_equal(redir_host_endpoint_type(host, 0x85), 2);
    assert_int_equal(redir_host_endpoint_type(host, 0x86), 255);
    assert_int_equal(redir_host_control(host, 0x80, 6, 0x0100, 0, bytes, 64, &size), 0);
    assert_int_equal(size, 18);
    assert_int_equal(bytes[10] | bytes[11] << 8, 0xc35a);
    assert_int_equal(redir_host_control(host, 0x80, 6, 0x0200, 0, bytes, 9, &size), 0);
    assert_int_equal(size, 9);
    uint16_t total = (uint16_t)(bytes[2] | bytes[3] << 8);
    assert_int_equal(redir_host_control(host, 0x80, 6, 0x0200, 0, bytes, total, &size), 0);
    assert_int_equal(size, 9 + 9 + 4 * 7);
    assert_int_equal(redir_host_control(host, 0x80, 6, 0x0301, 0, bytes, sizeof bytes, &size), STALLED);
}

static void exchange(struct redir_host *host, enum sam_command command, struct sam_decoder *decoder)
{
    uint8_t frame[SAM_COMMAND_SIZE], bytes[2048];
    size_t head, body;
    sam_encode(command, frame);
    assert_int_equal(redir_host_out(host, 0x02, frame, SAM_HEADER_SIZE), 0);
    assert_int_equal(redir_host_out(host, 0x06, frame + SAM_HEADER_SIZE, sizeof frame - SAM_HEADER_SIZE), 0);
    assert_int_equal(redir_host_in(host, 0x81, bytes, 64, &head), 0);
    assert_int_equal(redir_host_in(host, 0x85, bytes + head, sizeof bytes - head, &body), 0);
    enum sam_feed fed = SAM_FEED_MORE;
    sam_decoder_reset(decoder);
    for (size_t i = 0; i < head + body && fed == SAM_FEED_MORE; i++)
        fed = sam_decoder_push(decoder, bytes[i]);
    assert_int_equal(fed, SAM_FEED_FRAME);
}

static void a_card_is_read_through_it(void **state)
{
    static struct sam_decoder decoder;
    struct scene *scene = *state;
    struct redir_host *host = connect_to(scene, "idcard");
    exchange(host, SAM_FIND, &decoder);
    assert_int_equal(sam_decoder_answer(&decoder).sw3, SAM_NO_CARD);
    hands(scene, "{\"do\":\"card\",\"person\":\"wang-xiulan\"}");
    exchange(host, SAM_FIND, &decoder);
    assert_int_equal(sam_decoder_answer(&decoder).sw3, SAM_FOUND);
    exchange(host, SAM_SELECT, &decoder);
    exchange(host, SAM_READ, &decoder);
    struct sam_answer answer = sam_decoder_answer(&decoder);
    struct sam_card_data card;
    assert_true(sam_split_card(&answer, false, &card));
    assert_memory_equal(card.text, "\x8b\x73\xc0\x79\x70\x51", 6); /* 王秀兰 in UTF-16LE */
}

/* A question nobody answers is taken back: the guest's driver gave up. */
static void a_read_that_waits_is_cancelled(void **state)
{
    struct redir_host *host = connect_to(*state, "idcard");
    uint64_t id = redir_host_begin_in(host, 0x81, 64);
    assert_int_equal(redir_host_cancel(host, id), CANCELLED);
}

static void the_printer_proves_what_came_through(void **state)
{
    static const uint8_t job[] = {0x1b, '@', 0x1d, 'v', '0', 0, 1, 0, 1, 0, 0xff, 0x1d, 'r', 1};
    static uint8_t much[40000];
    struct redir_host *host = connect_to(*state, "printer");
    uint8_t port_status, proof[8];
    size_t size;
    assert_int_equal(redir_host_control(host, 0xa1, 1, 0, 0, &port_status, 1, &size), 0);
    assert_int_equal(port_status, 0x18);
    assert_int_equal(redir_host_out(host, 0x01, much, sizeof much), 0);
    assert_int_equal(redir_host_out(host, 0x01, job, sizeof job), 0);
    assert_int_equal(redir_host_in(host, 0x82, proof, sizeof proof, &size), 0);
    assert_int_equal(size, 1);
}

/* The payloads of one frame, as the kernel's uvcvideo puts them together; its size. */
static size_t fetch_frame(struct redir_host *host, uint8_t *frame, size_t room)
{
    static uint8_t payload[CAMERA_PAYLOAD_MAX];
    size_t total = 0, size;
    do {
        assert_int_equal(redir_host_in(host, UVC_STREAM_PIPE, payload, sizeof payload, &size), 0);
        assert_in_range(size, payload[0], sizeof payload);
        assert_true(total + size - payload[0] <= room);
        memcpy(frame + total, payload + payload[0], size - payload[0]);
        total += size - payload[0];
    } while (!(payload[1] & UVC_END_OF_FRAME));
    return total;
}

static void the_camera_streams_through_it(void **state)
{
    static uint8_t frame[2 * 1280 * 720];
    struct redir_host *host = connect_to(*state, "camera");
    const uint16_t probe = UVC_PROBE << 8, commit = UVC_COMMIT << 8;
    uint8_t bytes[512];
    struct uvc_probe agreed;
    struct picture picture = {0};
    size_t size;
    assert_int_equal(redir_host_interfaces(host), 2);
    assert_int_equal(redir_host_endpoint_type(host, UVC_STREAM_PIPE), 2);
    assert_int_equal(redir_host_control(host, 0x80, 6, 0x0200, 0, bytes, sizeof bytes, &size), 0);
    assert_int_equal(bytes[2] | bytes[3] << 8, size);
    assert_int_equal(redir_host_control(host, UVC_FROM_INTERFACE, UVC_GET_MAX, UVC_FOCUS_ABSOLUTE << 8,
                                        UVC_CAMERA << 8 | UVC_CONTROL_INTERFACE, bytes, 2, &size),
                     0);
    assert_int_equal(uvc_u16(bytes), 255);
    assert_int_equal(redir_host_control(host, UVC_FROM_INTERFACE, UVC_GET_DEF, probe, UVC_STREAMING_INTERFACE,
                                        bytes, UVC_PROBE_SIZE, &size),
                     0);
    uvc_pack_probe(&(struct uvc_probe){.format = CAMERA_FORMAT_MJPEG, .frame = 2}, bytes);
    assert_int_equal(redir_host_control(host, UVC_TO_INTERFACE, UVC_SET_CUR, probe, UVC_STREAMING_INTERFACE,
                                        bytes, UVC_PROBE_SIZE, NULL),
                     0);
    assert_int_equal(redir_host_control(host, UVC_FROM_INTERFACE, UVC_GET_CUR, probe, UVC_STREAMING_INTERFACE,
                                        bytes, UVC_PROBE_SIZE, &size),
                     0);
    uvc_unpack_probe(bytes, &agreed);
    assert_int_equal(agreed.frame_bytes_max, sizeof frame);
    assert_int_equal(redir_host_control(host, UVC_TO_INTERFACE, UVC_SET_CUR, commit, UVC_STREAMING_INTERFACE,
                                        bytes, UVC_PROBE_SIZE, NULL),
                     0);
    for (int i = 0; i < 2; i++) {
        size = fetch_frame(host, frame, sizeof frame);
        assert_ok(jpeg_decode(frame, size, 1, PICTURE_LUMA, &picture));
        assert_int_equal(picture.width, 1280);
        assert_int_equal(picture.height, 720);
    }
    picture_finish(&picture);
}

static void a_pulled_cable_is_seen_and_a_plugged_one_heals(void **state)
{
    struct scene *scene = *state;
    struct redir_host *host = connect_to(scene, "printer");
    hands(scene, "{\"do\":\"unplug\",\"device\":\"printer\"}");
    redir_host_await_device(host, false);
    hands(scene, "{\"do\":\"plug\",\"device\":\"printer\"}");
    redir_host_await_device(host, true);
}

static void a_new_peer_takes_the_place_of_the_old(void **state)
{
    struct scene *scene = *state;
    connect_to(scene, "printer");
    redir_host_destroy(&scene->host);
    struct redir_host *host = connect_to(scene, "printer");
    uint8_t bytes[18];
    size_t size;
    assert_int_equal(redir_host_control(host, 0x80, 6, 0x0100, 0, bytes, sizeof bytes, &size), 0);
}

#define scene_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(a_host_enumerates_the_reader),
        scene_test(a_card_is_read_through_it),
        scene_test(a_read_that_waits_is_cancelled),
        scene_test(the_printer_proves_what_came_through),
        scene_test(the_camera_streams_through_it),
        scene_test(a_pulled_cable_is_seen_and_a_plugged_one_heals),
        scene_test(a_new_peer_takes_the_place_of_the_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
