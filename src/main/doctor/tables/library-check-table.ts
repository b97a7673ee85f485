// Owns the rows of doctor's table about the vendor library, its host and the scanner.
import { fault, ok, skipped, warning, type CheckRow } from './check-row.ts'

const it = '信息科'
const vendor = '动态库厂商'

export const libraryChecks = {
  libraryFile: {
    title: '动态库文件',
    titleEn: 'library file',
    meaning: '配置的动态库文件在, 能读, 确实是动态库。',
    call: it,
    results: {
      ok,
      missing: fault('核对 voucher.library 的路径; 未安装则请厂商安装', 'check voucher.library, or have it installed'),
      notLibrary: fault('重新取得厂商文件, 填动态库文件本身', 'get the vendor file again', vendor),
      skipped,
    },
  },
  libraryMachine: {
    title: '动态库位数',
    titleEn: 'library architecture',
    meaning: '动态库的系统和位数 (32 或 64 位), 本机要有对应的解码进程。',
    call: vendor,
    results: {
      ok,
      unfit: fault('向厂商索取对应系统和位数的动态库', 'ask the vendor for a library of that kind'),
      skipped,
    },
  },
  libraryGenuine: {
    title: '动态库真伪',
    titleEn: 'simulated library',
    meaning: '本程序附带的模拟动态库编造患者, 只能用于试用和测试。',
    call: it,
    results: {
      ok,
      simulated: fault('把 voucher.library 改为厂商的动态库', 'set voucher.library to the library of the vendor'),
      trial: ok,
      skipped,
    },
  },
  libraryRights: {
    title: '动态库目录权限',
    titleEn: 'rights of the library folder',
    meaning: '普通用户能改动态库, 就能在收费电脑上运行任意程序、读取患者信息。目录、文件和上级目录都检查。',
    call: it,
    results: {
      ok,
      writable: fault(
        '收回普通用户的写权限: Windows 用 icacls "目录" /inheritance:r /grant *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX; Linux 用 chmod -R go-w 目录',
        'take the write right from ordinary users (icacls, chmod go-w)',
      ),
      unknown: warning('手工核对目录权限: 普通用户只应能读', 'check by hand: ordinary users may only read'),
      skipped,
    },
  },
  libraryManifest: {
    title: '动态库清单',
    titleEn: 'library manifest',
    meaning: '目录中每个动态库和程序的 SHA-256 与登记的一致。厂商自动更新后会变化, 须由管理员核对并接受。',
    call: vendor,
    results: {
      ok,
      notYet: ok,
      changed: fault(
        '向厂商核实这次更新; 属实则由管理员运行 npm run doctor -- --config 文件 --accept-library --operator 工号',
        'verify the update with the vendor, then accept it with --accept-library --operator ID',
      ),
      unreadable: fault('核对清单文件和动态库目录的读取权限', 'check the rights of the manifest and the folder', it),
      skipped,
    },
  },
  libraryDependencies: {
    title: '动态库的依赖文件',
    titleEn: 'dependencies',
    meaning: '动态库要用的其他文件, 在它旁边或系统目录里都找得到。',
    call: vendor,
    results: {
      ok,
      missing: fault(
        '把厂商的全部文件放在同一目录; Windows 缺 VCRUNTIME、MSVCP、MSVCR 时安装同位数的 VC++ 运行库',
        'put all files of the vendor side by side; install the VC++ runtime of the same kind',
      ),
      skipped,
    },
  },
  libraryCodePage: {
    title: '字符集',
    titleEn: 'code page',
    meaning: '动态库按系统字符集收发中文: Windows 应为 936 (GBK), Linux 应为 UTF-8。不符会使姓名乱码。',
    call: it,
    results: {
      ok,
      differs: warning(
        'Windows: 区域设置中把"非 Unicode 程序的语言"设为中文(简体), 不勾选 UTF-8; Linux: 设 LANG=zh_CN.UTF-8; 或改 voucher.inputCharset',
        'set the system locale to Chinese (Simplified), or change voucher.inputCharset',
      ),
      skipped,
    },
  },
  hostFolder: {
    title: '解码进程工作目录',
    titleEn: 'working folder of the host',
    meaning: '厂商的动态库常在工作目录写日志和 .ini, 运行助手的用户要能写。',
    call: it,
    results: {
      ok,
      missing: fault('建立该目录, 或改正 voucher.folder', 'make the folder or correct voucher.folder'),
      unwritable: warning(
        '厂商若在此写日志, 给运行助手的系统用户 (不是所有人) 写权限, 或用 voucher.folder 指定另一目录',
        'if the vendor writes there, let the agent user (not everybody) write, or set voucher.folder',
      ),
      skipped,
    },
  },
  hostStart: {
    title: '试启动解码进程',
    titleEn: 'trial start of the host',
    meaning: '按配置启动解码进程, 加载动态库, 不扫码、不做业务。助手运行时报告它正用着的解码进程的状态。',
    call: vendor,
    results: {
      ok,
      failed: fault(
        '按所列原因处理; 先看上面几项, 再看杀毒软件是否拦截',
        'see the reason, the checks above, the antivirus',
      ),
      skipped,
    },
  },
  librarySymbol: {
    title: '动态库函数',
    titleEn: 'function of the library',
    meaning: '动态库里有配置的函数。',
    call: vendor,
    results: {
      ok,
      missing: fault('核对 voucher.profile、voucher.symbol 与动态库的版本', 'check voucher.profile and voucher.symbol'),
      skipped,
    },
  },
  scannerPort: {
    title: '扫码枪',
    titleEn: 'scanner',
    meaning: '由助手驱动的扫码枪: 串口在, 没有被别的程序占用, 有权限打开; USB HID 扫码枪已接入, 是登记的那一把。',
    call: it,
    results: {
      ok,
      own: ok,
      missing: fault(
        '插好扫码枪, 装好驱动; 核对 scanners 的 path (设备管理器中的端口号) 或 vendorId、productId',
        'plug it in; check the path, or vendorId and productId, in scanners',
      ),
      notAdmitted: fault(
        '换回在中心登记的扫码枪, 或登记这一把后改 scanners 的 serialNumber',
        'use the registered scanner, or register this one and correct serialNumber',
      ),
      held: fault('关闭占用串口的程序 (常见: 旧的扫码小工具、HIS 自带的扫码)', 'close the program that holds the port'),
      denied: fault('给运行助手的系统用户串口权限 (Linux: 加入 dialout 组)', 'let the agent user open it (dialout)'),
      failed: fault('重新插拔扫码枪; 换一个 USB 口', 'plug it in again, or elsewhere', '扫码枪厂商'),
      skipped,
    },
  },
} as const satisfies Readonly<Record<string, CheckRow>>
