// Owns the rows of doctor's table about the computer, the configuration and the agent's own files.
import { fault, ok, skipped, warning, type CheckRow } from './check-row.ts'

const it = '信息科'
const vendor = '本程序的供应商'

export const machineChecks = {
  runtime: {
    title: '运行环境',
    titleEn: 'runtime',
    meaning: '本程序需要 Node.js 24 或以上。',
    call: it,
    results: {
      ok,
      tooOld: fault('换用随本程序安装的 Node.js (24 或以上)', 'use the Node.js that came with this program'),
      skipped,
    },
  },
  configuration: {
    title: '配置文件',
    titleEn: 'configuration',
    meaning: '配置文件能读、是 UTF-8 的 JSON、每一项都有效, 密钥文件也在。逐项问题列在后面。',
    call: it,
    results: {
      ok,
      notGiven: warning('加上 --config 配置文件, 才能检查动态库、扫码枪和中心', 'name it with --config FILE'),
      unreadable: fault('核对文件路径和读取权限', 'check the path and the rights of the file'),
      invalid: fault(
        '按列出的各项修改, 对照 docs/configuration.md',
        'correct what is listed, see docs/configuration.md',
      ),
      skipped,
    },
  },
  clock: {
    title: '电脑时钟和时区',
    titleEn: 'clock and time zone',
    meaning: '发给中心的时间一律按北京时间计算, 但电脑的时区不对会让人看错时间, 日期离谱则中心会拒绝。',
    call: it,
    results: {
      ok,
      zone: warning('把系统时区设为 北京时间 (UTC+8)', 'set the time zone to China Standard Time'),
      wrong: fault('校准系统时间, 并打开自动对时 (NTP)', 'set the clock and turn on time synchronisation'),
      skipped,
    },
  },
  coreDumps: {
    title: '转储和错误报告',
    titleEn: 'core dumps and error reports',
    meaning: '程序崩溃时留下的内存转储里有患者信息和密钥, 必须关闭。',
    call: it,
    results: {
      ok,
      on: warning(
        '安装 util-linux (prlimit), 或在启动脚本中加 ulimit -c 0; 并去掉 NODE_OPTIONS 中的 --report 选项',
        'install util-linux (prlimit) or start with ulimit -c 0; drop --report options from NODE_OPTIONS',
      ),
      skipped,
    },
  },
  dataFolder: {
    title: '数据目录',
    titleEn: 'data folder',
    meaning: '账本所在的目录: 要存在、可写。不可写时不能收费。',
    call: it,
    results: {
      ok,
      notGiven: warning('在配置中填写 dataDir, 或加 --data-dir 目录', 'set dataDir or give --data-dir'),
      absent: warning(
        '首次启动时自动建立; 如果以前用过, 请核对路径',
        'made at the first start; if it was in use, check the path',
      ),
      exposed: fault('执行列出的命令; 助手不使用其他用户能打开的目录', 'run the command: the folder is open to others'),
      notFolder: fault('该路径不是目录, 请改正 dataDir', 'the path is no folder: correct dataDir'),
      unwritable: fault('给运行助手的系统用户该目录的读写权限; 检查磁盘是否只读', 'let the agent user write there'),
      skipped,
    },
  },
  secretFiles: {
    title: '密钥文件的权限',
    titleEn: 'files with secrets',
    meaning:
      '配置、密钥、令牌文件只有助手的用户能读, 密钥文件已密封; 它们和各级上级目录属于助手的用户 (或 root), 其他用户不能写。Linux 上其他用户能读时助手不启动; Windows 上由安装时的权限 (ACL) 保证。',
    call: it,
    results: {
      ok,
      readable: fault(
        '执行列出的命令; 可能已被读取过的密钥和令牌要更换',
        'run the commands; change secrets that may have been read',
      ),
      replaceable: fault(
        '执行列出的命令; Windows 上由管理员收紧该目录的权限: 能换掉配置文件的人能让助手运行他的程序',
        'take away the right of others to write there: whoever replaces the configuration decides what runs',
      ),
      plain: warning(
        '用运行助手的系统用户执行 npm run agent -- secrets seal --config 配置文件; 桌面程序在控制台的设置里重新填写并保存',
        'seal them with agent secrets seal, or enter them again on the settings page',
      ),
      unknown: warning(
        '手工核对文件权限: 只有助手的用户和系统能读',
        'check by hand: nobody but the agent user may read',
      ),
      skipped,
    },
  },
  otherAgent: {
    title: '重复运行',
    titleEn: 'another agent',
    meaning: '同一数据目录只能有一个助手, 由系统锁保证。',
    call: it,
    results: {
      ok,
      running: ok,
      held: fault(
        '数据目录被占用, 而本端口没有助手应答: 结束多余的助手, 或改正端口',
        'the folder is locked but no agent answers at this port: end the other agent or correct the port',
      ),
      unknown: warning('agent.lock 无法检查, 核对数据目录的权限', 'agent.lock cannot be looked at, check its rights'),
      skipped,
    },
  },
  diskSpace: {
    title: '磁盘空间',
    titleEn: 'disk space',
    meaning: '账本要写得下每一笔。少于 2 GiB 时警告, 少于 200 MiB 时随时会停止收费。',
    call: it,
    results: {
      ok,
      low: warning('清理数据目录所在的磁盘', 'free space on the disk of the data folder'),
      full: fault(
        '立即清理数据目录所在的磁盘, 勿删除数据目录中的文件',
        'free space now; delete nothing in the data folder',
      ),
      skipped,
    },
  },
  log: {
    title: '日志',
    titleEn: 'log',
    meaning: '数据目录下 log 里的日志。写不进去时助手照常工作, 只是技术支持没有可查的记录。',
    call: it,
    results: {
      ok,
      unwritable: warning(
        '检查磁盘是否已满; log 目录和其中的文件只能有助手的用户有权限 (700、600), 否则不写',
        'free the disk; the folder log and its files must be the agent user’s alone (700, 600)',
      ),
      skipped,
    },
  },
  journal: {
    title: '账本',
    titleEn: 'journal',
    meaning: '逐条核对账本的链和签名, 打开每条加密内容。大的账本在限时内核对一部分。',
    call: vendor,
    results: {
      ok,
      absent: ok,
      partly: ok,
      findings: fault(
        '勿删除; 用 npm run journal -- verify 查看, 见 docs/journal.zh-CN.md',
        'delete nothing; look with npm run journal -- verify',
      ),
      otherAccount: warning(
        '用运行助手的系统用户再运行一次; 由桌面程序保管密钥的, 在控制台里看体检',
        'run it as the agent user; where the desktop keeps the key, look in the console',
        it,
      ),
      unopenable: fault(
        '勿删除数据目录中的文件, 见 docs/journal.zh-CN.md',
        'delete nothing, see docs/journal.zh-CN.md',
      ),
      skipped,
    },
  },
  apiPort: {
    title: '本机接口端口',
    titleEn: 'port of the local API',
    meaning: 'HIS 连接助手的端口: 应当空闲, 或由本助手占用。占用者会被要求证明知道令牌。',
    call: it,
    results: {
      ok,
      own: ok,
      unproven: warning(
        '核对它是不是本机另一个配置的助手; 若不是, 立即停用该程序: 它可能在骗取令牌',
        'an agent answers that does not know these tokens: another configuration, or an impostor',
      ),
      held: fault('结束占用端口的程序, 或改用别的端口 (api.port)', 'end the program or choose another port (api.port)'),
      denied: fault('换一个 1024 以上、系统未保留的端口 (api.port)', 'choose a port above 1024 that is not reserved'),
      skipped,
    },
  },
} as const satisfies Readonly<Record<string, CheckRow>>
