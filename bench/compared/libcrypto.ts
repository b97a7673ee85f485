// Owns SM2 by the system's OpenSSL, called through koffi: the yardstick for our own. node:crypto cannot be it, because it
// signs without a user id.
import koffi from 'koffi'

const libraryFile = 'libcrypto.so.3'
const derMostBytes = 80

export type LibcryptoSm2 = {
  readonly version: string
  /** SM3withSM2; gives a DER signature. */
  readonly sign: (message: Buffer) => Buffer
  readonly verify: (message: Buffer, signature: Buffer) => boolean
}

// PKCS#8 of an EC key on the curve SM2 (1.2.156.10197.1.301): what stands before the scalar and before the point.
const beforeScalar = Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex')
const beforePoint = Buffer.from('a144034200', 'hex')

const loadLibrary = () => {
  // Node brings symbols of the same names; the library shall see its own.
  const library = koffi.load(libraryFile, { deep: true })
  const declare = (prototype: string) => library.func(prototype)
  return {
    version: declare('const char *OpenSSL_version(int)'),
    openBytes: declare('void *BIO_new_mem_buf(const void *, int)'),
    readKey: declare('void *d2i_PrivateKey_bio(void *, void *)'),
    newContext: declare('void *EVP_MD_CTX_new()'),
    freeContext: declare('void EVP_MD_CTX_free(void *)'),
    newKeyContext: declare('void *EVP_PKEY_CTX_new(void *, void *)'),
    freeKeyContext: declare('void EVP_PKEY_CTX_free(void *)'),
    setId: declare('int EVP_PKEY_CTX_set1_id(void *, const void *, int)'),
    setKeyContext: declare('void EVP_MD_CTX_set_pkey_ctx(void *, void *)'),
    sm3: declare('void *EVP_sm3()'),
    signInit: declare('int EVP_DigestSignInit(void *, void *, void *, void *, void *)'),
    sign: declare('int EVP_DigestSign(void *, void *, _Inout_ size_t *, const void *, size_t)'),
    verifyInit: declare('int EVP_DigestVerifyInit(void *, void *, void *, void *, void *)'),
    verify: declare('int EVP_DigestVerify(void *, const void *, size_t, const void *, size_t)'),
  }
}

/** `privateKey`: 32 bytes; `publicKey`: 65. undefined where the library is not on this system. */
export const openLibcryptoSm2 = (keys: {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array
  readonly userId: Uint8Array
}): LibcryptoSm2 | undefined => {
  let call: ReturnType<typeof loadLibrary>
  try {
    call = loadLibrary()
  } catch {
    return undefined
  }
  const der = Buffer.concat([beforeScalar, keys.privateKey, beforePoint, keys.publicKey])
  const key: unknown = call.readKey(call.openBytes(der, der.length), null)
  if (key === null) throw new Error('libcrypto does not take the key')

  const withContext = <Result>(work: (context: unknown) => Result): Result => {
    const context: unknown = call.newContext()
    const keyContext: unknown = call.newKeyContext(key, null)
    try {
      call.setId(keyContext, keys.userId, keys.userId.length)
      call.setKeyContext(context, keyContext)
      return work(context)
    } finally {
      call.freeContext(context)
      call.freeKeyContext(keyContext)
    }
  }
  return {
    version: String(call.version(0)),
    sign: (message) =>
      withContext((context) => {
        const signature = Buffer.alloc(derMostBytes)
        const length = [derMostBytes]
        const done =
          call.signInit(context, null, call.sm3(), null, key) === 1 &&
          call.sign(context, signature, length, message, message.length) === 1
        if (!done) throw new Error('libcrypto does not sign')
        return signature.subarray(0, length[0])
      }),
    verify: (message, signature) =>
      withContext(
        (context) =>
          call.verifyInit(context, null, call.sm3(), null, key) === 1 &&
          call.verify(context, signature, signature.length, message, message.length) === 1,
      ),
  }
}
