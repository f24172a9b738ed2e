import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { bitsOf, curveByOid, CURVES } from '../gost/curves.js';
import { publicPoint, sign, verify } from '../gost/signature.js';
import { streebog } from '../gost/streebog.js';

const reversed = (hex) => Buffer.from(hex, 'hex').reverse();

// RFC 6986 §10: digests as printed, the least significant octet last; messages likewise.
const M1 = Buffer.from('0123456789'.repeat(7).slice(0, 63));
const M2 = reversed(
  'fbe2e5f0eee3c820fbeafaebef20fffbf0e1e0f0f520e0ed20e8ece0ebe5f0f2f120fff0' +
    'eeec20f120faf2fee5e2202ce8f6f3ede220e8e6eee1e8f0f2d1202ce8f0f2e5e220e5d1',
);
const VECTORS = [
  [
    M1,
    512,
    '486f64c1917879417fef082b3381a4e211c324f074654c38823a7b76f830ad00' +
      'fa1fbae42b1285c0352f227524bc9ab16254288dd6863dccd5b9f54a1ad0541b',
  ],
  [M1, 256, '00557be5e584fd52a449b16b0251d05d27f94ab76cbaa6da890b59d8ef1e159d'],
  [
    M2,
    512,
    '28fbc9bada033b1460642bdcddb90c3fb3e56c497ccd0f62b8a2ad4935e85f03' +
      '7613966de4ee00531ae60f3b5a47f8dae06915d5f2f194996fcabf2622e6881e',
  ],
  [M2, 256, '508f7e553c06501d749a66fc28c6cac0b005746d97537fa85d9e40904efed29d'],
];

test('Стрибог: примеры RFC 6986', () => {
  for (const [message, bits, digest] of VECTORS) {
    assert.deepEqual(streebog(message, bits), reversed(digest));
  }
});

test('Стрибог не зависит от того, где в памяти лежат данные', () => {
  const data = randomBytes(300);
  for (const length of [0, 1, 63, 64, 65, 127, 128, 129, 299]) {
    const copy = Uint8Array.from(data.subarray(1, 1 + length));
    assert.deepEqual(streebog(data.subarray(1, 1 + length)), streebog(copy));
  }
});

test('Стрибог отказывается от другой длины', () => {
  assert.throws(() => streebog(Buffer.alloc(0), 384), /256 и 512/);
});

// RFC 7091 §7.1 and §7.2.
const EXAMPLES = [
  {
    p: '8000000000000000000000000000000000000000000000000000000000000431',
    a: '7',
    b: '5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E',
    q: '8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3',
    x: '2',
    y: '08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8',
    d: '7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28',
    xq: '7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B',
    yq: '26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA',
    e: '2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5',
    k: '77105C9B20BCD3122823C8CF6FCC7B956DE33814E95B7FE64FED924594DCEAB3',
    r: '41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493',
    s: '01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40',
  },
  {
    p:
      '4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D' +
      'F1D852741AF4704A0458047E80E4546D35B8336FAC224DD81664BBF528BE6373',
    a: '7',
    b:
      '1CFF0806A31116DA29D8CFA54E57EB748BC5F377E49400FDD788B649ECA1AC43' +
      '61834013B2AD7322480A89CA58E0CF74BC9E540C2ADD6897FAD0A3084F302ADC',
    q:
      '4531ACD1FE0023C7550D267B6B2FEE80922B14B2FFB90F04D4EB7C09B5D2D15D' +
      'A82F2D7ECB1DBAC719905C5EECC423F1D86E25EDBE23C595D644AAF187E6E6DF',
    x:
      '24D19CC64572EE30F396BF6EBBFD7A6C5213B3B3D7057CC825F91093A68CD762' +
      'FD60611262CD838DC6B60AA7EEE804E28BC849977FAC33B4B530F1B120248A9A',
    y:
      '2BB312A43BD2CE6E0D020613C857ACDDCFBF061E91E5F2C3F32447C259F39B2C' +
      '83AB156D77F1496BF7EB3351E1EE4E43DC1A18B91B24640B6DBB92CB1ADD371E',
    d:
      '0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020' +
      '72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4',
    xq:
      '115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD' +
      '5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1',
    yq:
      '37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61' +
      'EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC',
    e:
      '3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591' +
      '7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C',
    k:
      '0359E7F4B1410FEACC570456C6801496946312120B39D019D455986E364F3658' +
      '86748ED7A44B3E794434006011842286212273A6D14CF70EA3AF71BB1AE679F1',
    r:
      '2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3' +
      '5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36',
    s:
      '1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5' +
      '823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A',
  },
];

test('34.10-2012: примеры RFC 7091', () => {
  for (const example of EXAMPLES) {
    const { d, e, k, xq, yq, r, s, ...set } = example;
    const numbers = Object.entries(set).map(([name, hex]) => [name, BigInt(`0x${hex}`)]);
    const curve = Object.fromEntries(numbers);
    const point = { x: BigInt(`0x${xq}`), y: BigInt(`0x${yq}`) };
    assert.deepEqual(publicPoint(BigInt(`0x${d}`), curve), point);
    const digest = reversed(e);
    const signature = sign(digest, BigInt(`0x${d}`), curve, BigInt(`0x${k}`));
    assert.equal(signature.toString('hex').toUpperCase(), s + r);
    assert.ok(verify(digest, signature, point, curve));
  }
});

test('34.10-2012: каждая кривая — и подпись, и её порча', () => {
  for (const [name, curve] of Object.entries(CURVES)) {
    const { p, a, b, q, x, y } = curve;
    assert.equal((y * y - x ** 3n - a * x - b) % p, 0n, name);
    const digest = randomBytes(bitsOf(curve) / 8);
    const d = (BigInt(`0x${randomBytes(70).toString('hex')}`) % (q - 1n)) + 1n;
    const point = publicPoint(d, curve);
    const signature = sign(digest, d, curve);
    assert.ok(verify(digest, signature, point, curve), name);
    signature[5] ^= 1;
    assert.ok(!verify(digest, signature, point, curve), name);
    assert.ok(!verify(digest, signature.subarray(1), point, curve), name);
  }
});

test('незнакомая кривая называется', () => {
  assert.throws(() => curveByOid('1.2.3'), /1\.2\.3/);
});
