#include "mockserver/catalog/error_table.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "mockserver/error.hpp"

namespace dmkit::mock {

namespace {
constexpr text_source ours = text_source::ours;
constexpr text_source attested = text_source::attested;

constexpr error_text error_texts[] = {
    {121, "警告:批量执行部分行产生错误", attested, "Warning:Partial failure on execute with batch", attested},
    {-2007, "语法分析出错", attested, "Syntax error", attested},
    {-2008, "TRACE 事件设置错误", attested, "Invalid TRACE event", ours},
    {-2038, "无效的 pivot 子句", attested, "Invalid PIVOT clause", ours},
    {-2059, "表达式类型错误", attested, "Invalid type of expression", ours},
    {-2101, "无效的用户名[{0}]", attested, "Invalid user name [{0}]", ours},
    {-2103, "无效的模式名[{0}]", attested, "Invalid schema name [{0}]", ours},
    {-2104, "无效的表名[{0}]", attested, "Invalid table name [{0}]", ours},
    {-2105, "无效的视图名[{0}]", attested, "Invalid view name [{0}]", ours},
    {-2106, "无效的表或视图名[{0}]", attested, "Invalid table or view name [{0}]", attested},
    {-2111, "无效的列名[{0}]", attested, "Invalid column name [{0}]", attested},
    {-2124, "对象[{0}]已存在", attested, "Object [{0}] already exists", attested},
    {-2140, "索引[{0}]已存在", attested, "Index [{0}] already exists", attested},
    {-2148, "标记不匹配", attested, "Labels do not match", ours},
    {-2154, "口令重复次数超限", attested, "Password was used before too often", ours},
    {-2167, "分区列更新将引起分区的更改", attested, "Update of a partition column would move the row", ours},
    {-2201, "无效的数据库对象", attested, "Invalid database object", ours},
    {-2206, "缺少参数值", attested, "Missing argument value", ours},
    {-2207, "无法解析的成员访问表达式[{0}]", attested, "Member access [{0}] unresolved", attested},
    {-2223, "名称已被使用", ours, "Name is already used", ours},
    {-2251, "DBLINK 远程服务器获取对象[{0}]失败", attested, "DBLINK failed to get object [{0}] of the remote server",
     ours},
    {-2304, "密钥长度过短", attested, "Key is too short", ours},
    {-2410, "数据文件[{0}]大小无效", attested, "Invalid size of data file [{0}]", ours},
    {-2501, "用户名或密码错误", attested, "Invalid username or password", attested},
    {-2510, "模式[{0}]不属于当前用户", attested, "Schema [{0}] does not belong to the current user", ours},
    {-2639, "试图删除被依赖对象[{0}]", attested, "Attempt to drop object [{0}] that others depend on", ours},
    {-2661, "试图删除被依赖列[{0}]", attested, "Attempt to drop column [{0}] that others depend on", ours},
    {-2665, "记录超长", attested, "Record is too long", ours},
    {-2670, "对象[{0}]DEFAULT 约束表达式无效", attested, "Invalid default value expression for [{0}].", attested},
    {-2683, "局部唯一索引必须包含全部分区列", attested, "Local unique index must contain all partition columns", ours},
    {-2685, "试图在 blob 或者 clob 列上排序或比较", attested, "Attempt to sort or compare a BLOB or CLOB column", ours},
    {-2723, "仅当指定列列表，且SET IDENTITY_INSERT为ON时，才能对自增列赋值", attested,
     "A value for an identity column can only be given with a column list and SET IDENTITY_INSERT ON", ours},
    {-2750, "随机分布表不支持 UNIQUE 索引", attested, "Randomly distributed table does not support UNIQUE indexes",
     ours},
    {-2864, "表中已存在这样的唯一关键字或主键", attested, "Table already has such a unique or primary key", ours},
    {-2870, "加载第三方库[{0}]失败，库不存在或版本过旧", ours,
     "Load the third-party library [{0}] failed, library is missing or too old", attested},
    {-2903, "语句块/包/存储函数中的间隔分区不支持自动扩展", attested,
     "Interval partitions cannot be extended inside a block, package or stored function", ours},
    {-3102, "JSON路径表达式语法错误", attested, "Syntax error in JSON path expression", ours},
    {-3105, "JSON值语法错误", attested, "Syntax error in JSON value", ours},
    {-3106, "JSON_VALUE 的计算结果为非标量值", attested, "JSON_VALUE evaluated to a value that is not scalar", ours},
    {-3107, "JSON_VALUE 求值为多个值", attested, "JSON_VALUE evaluated to several values", ours},
    {-3109, "默认值不匹配在 RETURNING 子句中定义的类型", attested,
     "Default value does not match the type of the RETURNING clause", ours},
    {-3113, "JSON 处理错误", attested, "JSON processing error", ours},
    {-3114, "无法在标量中设置路径", attested, "Cannot set a path in a scalar", ours},
    {-3116, "字段名能为空", attested, "Field name must not be empty", ours},
    {-3117, "只能在对象上调用此函数", attested, "Function can only be called on an object", ours},
    {-3118, "只能从数组中提取元素", attested, "Elements can only be taken from an array", ours},
    {-3119, "JSONB对象的无效串接", attested, "Invalid concatenation of JSONB objects", ours},
    {-3123, "JSON 对象中的键名重复", attested, "Duplicate key in JSON object", ours},
    {-3209, "无效的存储参数", attested, "Invalid storage parameter", ours},
    {-3236, "此列列表已索引", attested, "This column list is already indexed", ours},
    {-3243, "表[{0}]中不能同时包含聚集 KEY 和大字段", attested,
     "Table [{0}] cannot have both a cluster key and large objects", ours},
    {-3325, "包/对象[{0}]解析失败", attested, "Package or object [{0}] could not be resolved", ours},
    {-3410, "表空间上有事务未提交", attested, "Tablespace has uncommitted transactions", ours},
    {-3503, "无效的函数参数", attested, "Invalid function argument", ours},
    {-3528, "嵌套层次太深", attested, "Nesting is too deep", ours},
    {-3719, "非法的基类名[{0}]", attested, "Invalid base class name [{0}]", ours},
    {-3804, "列[{0}]类型与分区组要求的不一致", attested, "Type of column [{0}] does not match the partition group",
     ours},
    {-3947, "服务器版本不匹配", ours, "Server version mismatch", ours},
    {-4030, "用户数据中的 CONNECT BY 循环", attested, "CONNECT BY loop in user data", ours},
    {-4064, "不能更新关联条件中的列", attested, "Cannot update a column of the join condition", ours},
    {-4080, "不是 GROUP BY 表达式", attested, "Not a GROUP BY expression", ours},
    {-4535, "无效的游标操作", attested, "Invalid cursor operation", ours},
    {-4558, "数据文件已存在", attested, "Data file already exists", ours},
    {-4585, "试图在方法[{0}]游标[{1}]中访问策略关联对象", attested,
     "Method [{0}], cursor [{1}]: attempt to access an object under a policy", ours},
    {-4596, "此查询表达式不允许 FOR UPDATE", attested, "FOR UPDATE is not allowed in this query expression", ours},
    {-5402, "参数个数不匹配", attested, "Wrong number of arguments", ours},
    {-5403, "参数不兼容", attested, "Incompatible argument", ours},
    {-5480, "列[{0}]已存在", ours, "Column [{0}] already exists", attested},
    {-5481, "表[{0}]的被引用列不是主键或唯一键", ours, "Referenced columns of table [{0}] are no primary or unique key",
     ours},
    {-5482, "无效的约束名[{0}]", ours, "Invalid constraint name [{0}]", ours},
    {-5483, "对象[{0}]不存在", ours, "Object [{0}] does not exist", ours},
    {-5484, "无效的自增列[{0}]", ours, "Invalid identity column [{0}]", ours},
    {-5485, "表[{0}]的IDENTITY_INSERT已为ON", ours, "IDENTITY_INSERT is already ON for table [{0}]", ours},
    {-5486, "序列[{0}]的选项无效", ours, "Invalid options of sequence [{0}]", ours},
    {-5487, "密码长度不足", ours, "Password is too short", ours},
    {-5488, "表[{0}]至少要有一列", ours, "Table [{0}] must keep one column", ours},
    {-5489, "此处不能使用[{0}]", ours, "[{0}] is not allowed here", ours},
    {-5490, "有歧义的列名[{0}]", attested, "Ambiguous column name [{0}]", ours},
    {-5491, "列与值的个数不匹配", ours, "Numbers of columns and values do not match", ours},
    {-5492, "查询使用值表达式作为过滤条件", attested, "A value is used as a condition", ours},
    {-5493, "聚集函数[{0}]的使用位置无效", ours, "Aggregate function [{0}] is not allowed here", ours},
    {-5494, "ORDER BY 项不在查询项中", ours, "ORDER BY item is not in the select list", ours},
    {-5495, "SELECT 语句列数超长", attested, "Subquery has too many columns", ours},
    {-5496, "集合运算的查询列数不匹配", ours, "Queries of a set operation differ in columns", ours},
    {-5497, "列[{0}]被重复指定", ours, "Column [{0}] is named twice", ours},
    {-5498, "[{0}]不可更新", ours, "[{0}] cannot be updated", ours},
    {-5499, "类型的长度、精度或标度[{0}]超出范围", ours, "Length, precision or scale [{0}] of a type is out of range",
     ours},
    {-5501, "没有[{0}]对象的查询权限", ours, "No select privilege on object [{0}]", ours},
    {-5502, "没有[{0}]对象的插入权限", ours, "No insert privilege on object [{0}]", ours},
    {-5503, "没有[{0}]对象的删除权限", ours, "No delete privilege on object [{0}]", ours},
    {-5504, "没有[{0}]对象的更新权限", ours, "No update privilege on object [{0}]", ours},
    {-5505, "没有执行[{0}]对象权限", attested, "No execute privilege on object [{0}]", attested},
    {-5516, "没有创建或修改视图权限", attested, "No privilege to create or alter views", ours},
    {-5567, "没有此操作的权限", ours, "No privilege for this operation", ours},
    {-5597, "无备份权限", attested, "No backup privilege", ours},
    {-5723, "用户不能自己为自己GRANT/REVOKE权限", attested, "Users cannot grant to or revoke from themselves", ours},
    {-6001, "会话数超过上限", ours, "Too many sessions", ours},
    {-6010, "连接丢失", attested, "Connection lost.", attested},
    {-6012, "无法连接到指定主机", attested, "Cannot connect to the given host", ours},
    {-6024, "远程节点全局登录失败", ours, "Remote node global login failed.", attested},
    {-6101, "数据类型转换失败", attested, "Data type conversion failed", ours},
    {-6102, "数据溢出", attested, "Data overflow", attested},
    {-6103, "除 0 错误", attested, "Divide zero.", attested},
    {-6105, "数据类型不匹配", attested, "Data types do not match", ours},
    {-6111, "字符串转换出错", attested, "String conversion error", ours},
    {-6112, "日期时间溢出", ours, "Datetime overflow", attested},
    {-6118, "非法的时间日期类型数据", attested, "Invalid date or time value", ours},
    {-6121, "数据精度超出范围", attested, "Precision is out of range", ours},
    {-6130, "文字与格式字符串不匹配", attested, "Literal does not match format string", ours},
    {-6132, "时间日期的字段值超出范围", ours, "Date or time field is out of range", ours},
    {-6133, "时间日期的字段值超出范围", ours, "Date or time field is out of range", ours},
    {-6134, "时间日期的字段值超出范围", ours, "Date or time field is out of range", ours},
    {-6136, "时间日期的字段值超出范围", ours, "Date or time field is out of range", ours},
    {-6137, "时间日期的字段值超出范围", ours, "Date or time field is out of range", ours},
    {-6149, "语句块运行出错", ours, "Error in a block", ours},
    {-6160, "数据类型的变更无效", attested, "Invalid change of data type", ours},
    {-6169, "列[{0}]长度超出定义", attested, "Column [{0}] out of length.", attested},
    {-6170, "列[{0}]的精度超出范围", ours, "Precision of column [{0}] is out of range.", attested},
    {-6403, "死锁", ours, "Deadlock", ours},
    {-6407, "锁超时", attested, "Lock timeout", attested},
    {-6509, "当前对象被占用", attested, "Object is in use", ours},
    {-6510, "试图在事务运行中，改变其属性", attested, "Attempt to change the attributes of a running transaction",
     ours},
    {-6512, "检测到活动的自治事务，已回滚", attested, "Active autonomous transaction was rolled back", ours},
    {-6602, "违反表[{0}]唯一性约束条件[{1}]", attested, "Violate unique constraint [{1}] of table [{0}]", ours},
    {-6604, "违反CHECK约束[{0}]", attested, "Violate check constraint [{0}]", attested},
    {-6607, "违反引用约束[{0}]", ours, "Violate foreign key constraint [{0}]", ours},
    {-6609, "违反列[{0}]非空约束", attested, "Violate not null constraint on [{0}]", attested},
    {-6610, "违反唯一性约束", attested, "Violate unique constraint", ours},
    {-6611, "违反唯一性约束", attested, "Violate unique constraint", ours},
    {-6612, "违反唯一性约束", attested, "Violate unique constraint", ours},
    {-6614, "违反策略检查约束", attested, "Violate policy check constraint", ours},
    {-6803, "非法的参数数据", attested, "Invalid argument data", ours},
    {-6815, "指定的对象数据库中不存在", attested, "The specified object does not exist in the database", ours},
    {-7046, "SELECT INTO 中包含多行数据", attested, "SELECT INTO returned more than one row", ours},
    {-7049, "请求执行超时", attested, "Statement timed out", ours},
    {-7065, "数据未找到", attested, "No data found", attested},
    {-7071, "触发器运行时出错", attested, "Error while a trigger was running", ours},
    {-7088, "非法的对象方法序号", attested, "Invalid object method number", ours},
    {-7106, "对象[{0}]处于无效状态", attested, "Object [{0}] is invalid", ours},
    {-7120, "回滚记录版本太旧无法获取用户记录", attested, "Rollback record is too old to get the user record", ours},
    {-7141, "方法所属对象未初始化", attested, "Object of the method is not initialised", ours},
    {-7160, "对象[{0}]处于无效状态", attested, "Object [{0}] is invalid", ours},
    {-7191, "键值不存在", ours, "The value of the key does not exist.", attested},
    {-7198, "收集下标越界", attested, "Collection subscript out of range", ours},
    {-7992, "LOB数据已经被释放", ours, "Lob data has been freed", ours},
    {-7993, "递归层次超出限制", ours, "Recursion is too deep", ours},
    {-7994, "串行化事务开始后数据已被其他事务修改", ours,
     "Data has been changed since the serializable transaction began", ours},
    {-7995, "序列[{0}]已无可用值", ours, "Sequence [{0}] is exhausted", ours},
    {-7996, "序列[{0}]在当前会话中尚未取值", ours, "Sequence [{0}] has no current value in this session", ours},
    {-7997, "只读事务中不能修改数据", ours, "A read-only transaction cannot change data", ours},
    {-7998, "无效的保存点[{0}]", ours, "Invalid savepoint [{0}]", ours},
    {-7999, "单行子查询返回多行", attested, "Single-row subquery returned more than one row", ours},
    {-20000, "{0}", attested, "{0}", attested},
};

/// Errors of the analysis phase carry the place in the statement; DM8 gives none at run time.
constexpr int first_analysis_code = -2001;
constexpr int last_analysis_code = -5500;
constexpr int syntax_error = -2007;

std::string fill(std::string_view text, const std::vector<std::string>& arguments) {
    std::string filled;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        filled += text.substr(0, open);
        if (open == std::string_view::npos)
            break;
        const auto number = static_cast<std::size_t>(text[open + 1] - '0');
        if (number < arguments.size())
            filled += arguments[number];
        text.remove_prefix(open + 3);
    }
    return filled;
}

std::string prefix(const sql_error& error, bool english) {
    if (!error.position() || error.position()->line <= 0 || error.code() > first_analysis_code ||
        error.code() < last_analysis_code)
        return {};
    const source_position& where = *error.position();
    if (error.code() == syntax_error)
        return english
                   ? fmt::format("Error in line: {}, column: {}, near [{}]\n", where.line, where.column, where.token)
                   : fmt::format("第 {} 行, 第 {} 列[{}]附近出现错误: \n", where.line, where.column, where.token);
    return english ? fmt::format("Error in line: {}\n", where.line) : fmt::format("第{}行附近出现错误: \n", where.line);
}

std::string unknown(const sql_error& error, bool english) {
    std::string text = fmt::format(fmt::runtime(english ? "Error {}" : "错误{}"), error.code());
    for (const std::string& argument : error.arguments())
        text += " [" + argument + "]";
    return text;
}
}  // namespace

std::span<const error_text> error_table() noexcept {
    return error_texts;
}

std::string render_text(const sql_error& error, language language) {
    const bool english = language == language::english;
    if (error.code() == not_supported)
        return "dmkit: not supported: " + fill("{0}", error.arguments());
    const auto* found = std::find_if(std::begin(error_texts), std::end(error_texts),
                                     [&](const error_text& row) { return row.code == error.code(); });
    // Codes that PL code chooses carry its own text.
    if (error.code() <= -20000 && error.code() >= -30000)
        return fill("{0}", error.arguments());
    if (found == std::end(error_texts))
        return prefix(error, english) + unknown(error, english);
    return prefix(error, english) + fill(english ? found->english : found->chinese, error.arguments());
}

std::string render_error(const sql_error& error, language language) {
    std::string text = render_text(error, language);
    if (error.code() == not_supported)
        return text;
    for (const std::string& frame : error.frames())
        text += fmt::format("\n{}: {}", error.code(), frame);
    return text;
}

}  // namespace dmkit::mock
