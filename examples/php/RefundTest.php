<?php
// A refund is paid after the SMS code. The simulator is the one at TOPSIM_ADMIN, by default http://127.0.0.1:8621:
//
//   docker run -d -p 8620:8620 -p 8621:8621 topsim    # or: topsim serve
//   phpunit RefundTest.php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;

final class RefundTest extends TestCase
{
    private string $admin;
    private array $world;

    // A world of the test's own, reached by its app_key.
    protected function setUp(): void
    {
        $this->admin = getenv('TOPSIM_ADMIN') ?: 'http://127.0.0.1:8621';
        $this->world = $this->http('POST', "$this->admin/admin/worlds", '{}');
    }

    protected function tearDown(): void
    {
        if (isset($this->world)) {
            $this->http('DELETE', "$this->admin/admin/worlds/{$this->world['name']}");
        }
    }

    public function testRefundIsPaidAfterTheCode(): void
    {
        $api = 'taobao.rp.refunds.agree';
        $infos = ['refund_infos' => '110045054952563058|4800|1618830739396'];
        $first = $this->call($api, $infos);
        $this->assertSame('SEND_CODE_SUCC', $first['rp_refunds_agree_response']['msg_code']);

        $own = "$this->admin/admin/worlds/{$this->world['name']}";
        $sms = $this->http('GET', "$own/sms?to=kingdo&wait=2s");
        $second = $this->call($api, $infos + ['code' => end($sms)['code']]);
        $this->assertSame('OP_SUCC', $second['rp_refunds_agree_response']['msg_code']);
        $this->assertSame('SUCCESS', $this->http('GET', "$own/refunds/110045054952563058")['status']);
    }

    // What an SDK does: add the public parameters, sign, send a form.
    private function call(string $method, array $params): array
    {
        $params += [
            'method' => $method, 'app_key' => $this->world['app_key'], 'session' => $this->world['sessions']['c-sub'],
            'format' => 'json', 'v' => '2.0', 'sign_method' => 'md5', 'timestamp' => gmdate('Y-m-d H:i:s', time() + 8 * 3600),
        ];
        ksort($params);
        $text = implode('', array_map(fn ($name) => $name . $params[$name], array_keys($params)));
        $params['sign'] = strtoupper(md5($this->world['app_secret'] . $text . $this->world['app_secret']));
        return $this->http('POST', $this->world['gateway_url'], http_build_query($params), 'application/x-www-form-urlencoded');
    }

    private function http(string $verb, string $url, string $body = '', string $type = 'application/json'): ?array
    {
        $options = ['method' => $verb, 'header' => "Content-Type: $type", 'content' => $body];
        $answer = @file_get_contents($url, false, stream_context_create(['http' => $options]));
        if ($answer === false) {
            throw new RuntimeException("$verb $url: " . (error_get_last()['message'] ?? 'no answer'));
        }
        return json_decode($answer, true, flags: JSON_BIGINT_AS_STRING);
    }
}
