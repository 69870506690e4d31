/* A runtime that does nothing: asks the Lambda Runtime API for invocations over one kept connection and answers each with null. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char answer[65536];

static void send_all(int api, const char *text, size_t length) {
    while (length > 0) {
        ssize_t sent = send(api, text, length, MSG_NOSIGNAL);
        if (sent <= 0) exit(1);
        text += sent;
        length -= (size_t)sent;
    }
}

/* Reads one response whole; its head is in answer, ended by a zero. */
static void receive(int api) {
    size_t have = 0;
    char *end = NULL;
    while (end == NULL) {
        ssize_t got = recv(api, answer + have, sizeof answer - 1 - have, 0);
        if (got <= 0) exit(1);
        have += (size_t)got;
        answer[have] = 0;
        end = strstr(answer, "\r\n\r\n");
    }
    *end = 0;
    char *length = strcasestr(answer, "\r\ncontent-length:");
    size_t body = length == NULL ? 0 : strtoul(length + 17, NULL, 10);
    size_t whole = (size_t)(end - answer) + 4 + body;
    while (have < whole) {
        char rest[4096];
        ssize_t got = recv(api, rest, sizeof rest, 0);
        if (got <= 0) exit(1);
        have += (size_t)got;
    }
}

int main(void) {
    char host[64] = {0};
    const char *address = getenv("AWS_LAMBDA_RUNTIME_API");
    const char *colon = address == NULL ? NULL : strrchr(address, ':');
    if (colon == NULL || (size_t)(colon - address) >= sizeof host) return 2;
    memcpy(host, address, (size_t)(colon - address));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(colon + 1))};
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) return 2;
    int api = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(api, (struct sockaddr *)&to, sizeof to) != 0) return 1;
    setsockopt(api, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    static const char next[] = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: b\r\n\r\n";
    for (;;) {
        send_all(api, next, sizeof next - 1);
        receive(api);
        char *id = strcasestr(answer, "\r\nlambda-runtime-aws-request-id:");
        if (id == NULL) return 1;
        id += 32;
        id += strspn(id, " ");
        char response[512];
        int length = snprintf(response, sizeof response,
                              "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: b\r\n"
                              "Content-Length: 4\r\n\r\nnull",
                              (int)strcspn(id, "\r\n"), id);
        if (length >= (int)sizeof response) return 1;
        send_all(api, response, (size_t)length);
        receive(api);
    }
}
