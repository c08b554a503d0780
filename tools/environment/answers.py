"""What the tools of this room bring back."""

from __future__ import annotations

from datetime import date, datetime

from tools.charts import Chart
from tools.seam import Found, measure

_AIR = "微克/立方米"
_LITRE = "毫克/升"


class StationAir(Found):
    """The air at one station."""

    station: str = measure("监测站")
    district: str = measure("地区")
    km: float | None = measure("距离", "公里", digits=1, default=None)
    aqi: int | None = measure("AQI")
    level: str | None = measure("级别")
    primary: list[str] = measure("首要污染物")
    pm25: float | None = measure("PM2.5", _AIR)


class AirFound(Found):
    """The air of the last hour."""

    where: str = measure("地点")
    at: datetime = measure("时间")
    station: str | None = measure("监测站", default=None)
    km: float | None = measure("距离", "公里", digits=1, default=None)
    count: int = measure("监测站", "个")
    aqi: int | None = measure("AQI")
    level: str | None = measure("级别")
    colour: str | None = measure("颜色")
    primary: list[str] = measure("首要污染物")
    advice: str | None = measure("建议")
    sensitive: str | None = measure("敏感人群建议")
    pm25: float | None = measure("PM2.5", _AIR)
    pm10: float | None = measure("PM10", _AIR)
    so2: float | None = measure("二氧化硫", _AIR)
    no2: float | None = measure("二氧化氮", _AIR)
    co: float | None = measure("一氧化碳", "毫克/立方米", digits=1)
    o3: float | None = measure("臭氧", _AIR)
    missing: list[str] = measure("缺测项目")
    day_before: int | None = measure("昨天这个时候AQI")
    stations: list[StationAir] = measure("各站")
    edition: str = measure("标准")
    chart: Chart | None = measure("最近24小时")


class DayOfAir(Found):
    """One day's air."""

    day: date = measure("日期")
    aqi: int = measure("AQI")
    level: str = measure("级别")
    primary: list[str] = measure("首要污染物")
    pm25: float | None = measure("PM2.5日均值", _AIR)


class LevelDays(Found):
    """How many days were of a level."""

    level: str = measure("级别")
    days: int = measure("天数", "天")


class AirDaysFound(Found):
    """The air of a period of whole days."""

    where: str = measure("地区")
    since: date = measure("起")
    until: date = measure("止")
    days: int = measure("有效天数", "天")
    lacking: int = measure("数据不足的天数", "天")
    good: int = measure("优良天数", "天")
    share: float = measure("优良天数比例", "%", digits=1)
    share_before: float | None = measure("去年同期优良天数比例", "%", digits=1)
    higher: float | None = measure("比去年同期高", "个百分点", digits=1)
    lower: float | None = measure("比去年同期低", "个百分点", digits=1)
    pm25: float | None = measure("PM2.5平均浓度", _AIR, digits=1)
    pm25_before: float | None = measure("去年同期PM2.5平均浓度", _AIR, digits=1)
    levels: list[LevelDays] = measure("各级别")
    worst: DayOfAir = measure("最差的一天")
    best: DayOfAir = measure("最好的一天")
    polluted: list[DayOfAir] = measure("超标的日子")
    editions: list[str] = measure("标准")
    chart: Chart | None = measure("每天的AQI")


class Worse(Found):
    """An indicator that does not reach the target."""

    item: str = measure("项目")
    value: float = measure("浓度", digits=3)
    limit: float = measure("目标限值", digits=3)
    unit: str = measure("单位")
    grade: str = measure("类别")


class SectionWater(Found):
    """Surface water at one section in a month."""

    section: str = measure("断面")
    water: str = measure("河湖")
    district: str = measure("地区")
    grade: str | None = measure("水质类别")
    status: str | None = measure("水质状况")
    target: str = measure("目标类别")
    meets: bool | None = measure("是否达标")
    grade_before: str | None = measure("上月类别")
    change: str | None = measure("比上月")
    grade_year_before: str | None = measure("去年同月类别")
    change_year: str | None = measure("比去年同月")
    ph: float | None = measure("pH值", digits=1)
    oxygen: float | None = measure("溶解氧", _LITRE, digits=1)
    permanganate: float | None = measure("高锰酸盐指数", _LITRE, digits=1)
    ammonia: float | None = measure("氨氮", _LITRE, digits=2)
    phosphorus: float | None = measure("总磷", _LITRE, digits=3)
    over: list[Worse] = measure("超过目标的项目")
    missing: list[str] = measure("缺测项目")


class WaterFound(Found):
    """Surface water in a month."""

    where: str = measure("范围")
    year: int = measure("年", "年")
    month: int = measure("月", "月")
    published: date = measure("公布日期")
    count: int = measure("断面", "个")
    judged: int = measure("可评价的断面", "个")
    meeting: int = measure("达标断面", "个")
    share: float | None = measure("达标率", "%", digits=1)
    good: int = measure("达到或好于Ⅲ类的断面", "个")
    worst: int = measure("劣Ⅴ类断面", "个")
    sections: list[SectionWater] = measure("各断面")
    items: list[str] = measure("评价项目")
    edition: str = measure("标准")


class TapItem(Found):
    """One item of a report. ``below``: not found; ``value`` is then what could have been found at least."""

    point: str = measure("采样点")
    item: str = measure("项目")
    value: float = measure("结果", digits=4)
    below: bool = measure("未检出")
    least: float | None = measure("不低于", digits=4)
    most: float | None = measure("不超过", digits=4)
    unit: str = measure("单位")
    passed: bool | None = measure("合格")


class PlantReport(Found):
    """The report of one plant for a month."""

    plant: str = measure("水厂")
    company: str = measure("供水企业")
    phone: str | None = measure("电话")
    districts: list[str] = measure("供水地区")
    year: int = measure("年", "年")
    month: int = measure("月", "月")
    published: date = measure("公布日期")
    tested: int = measure("检测", "项次")
    failed: int = measure("不合格", "项次")
    unclear: int = measure("不能判断", "项次")
    passed: bool | None = measure("全部合格")
    turbidity: float | None = measure("出厂水浑浊度", "NTU", digits=2)
    chlorine: float | None = measure("出厂水游离氯", _LITRE, digits=2)
    chlorine_tap: float | None = measure("管网末梢水游离氯", _LITRE, digits=2)
    ph: float | None = measure("出厂水pH值", digits=1)
    failures: list[TapItem] = measure("不合格项目")


class TapFound(Found):
    """Drinking water of the plants that were asked for."""

    where: str = measure("范围")
    count: int = measure("水厂", "个")
    passed: int = measure("全部合格的水厂", "个")
    reports: list[PlantReport] = measure("报告")
    items: list[TapItem] = measure("各项目")
    silent: list[str] = measure("没有报告的水厂")
    edition: str = measure("标准")
