<?xml version="1.0" encoding="UTF-8"?>
<!-- Part of html.xsl: small things that its other parts write again and again. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

  <!-- "1.8 ms", as the terminal's summary has it. -->
  <xsl:template name="duration">
    <xsl:param name="seconds" select="@duration"/>
    <xsl:choose>
      <xsl:when test="$seconds &lt; 0.01">
        <xsl:value-of select="concat(format-number($seconds * 1000, '0.0'), ' ms')"/>
      </xsl:when>
      <xsl:when test="$seconds &lt; 1">
        <xsl:value-of select="concat(floor($seconds * 1000), ' ms')"/>
      </xsl:when>
      <xsl:when test="$seconds &lt; 120">
        <xsl:value-of select="concat(format-number($seconds, '0.0'), ' s')"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="concat(floor($seconds div 60), ' min ', floor($seconds) mod 60, ' s')"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- 12345: "12,345". -->
  <xsl:template name="number">
    <xsl:param name="value"/>
    <xsl:value-of select="format-number($value, '#,##0')"/>
  </xsl:template>

  <!-- A name from outside.  What is too long for its place is cut; the whole stands in title. -->
  <xsl:template name="name">
    <xsl:param name="text"/>
    <xsl:param name="most" select="160"/>
    <xsl:choose>
      <xsl:when test="string-length($text) &gt; $most">
        <bdi class="cut" title="{substring($text, 1, 20000)}"><xsl:value-of select="substring($text, 1, $most - 20)"/>…</bdi>
      </xsl:when>
      <xsl:otherwise>
        <bdi><xsl:value-of select="$text"/></bdi>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A name in a narrow place, which breaks behind its own signs: "foreign_" "keys". -->
  <xsl:template name="breakable">
    <xsl:param name="text"/>
    <xsl:variable name="most" select="60"/>
    <bdi>
      <xsl:if test="string-length($text) &gt; $most">
        <xsl:attribute name="class">cut</xsl:attribute>
        <xsl:attribute name="title"><xsl:value-of select="$text"/></xsl:attribute>
      </xsl:if>
      <xsl:call-template name="parts-of-name">
        <xsl:with-param name="text" select="substring($text, 1, $most)"/>
      </xsl:call-template>
      <xsl:if test="string-length($text) &gt; $most">…</xsl:if>
    </bdi>
  </xsl:template>

  <xsl:template name="parts-of-name">
    <xsl:param name="text"/>
    <xsl:variable name="marked" select="translate($text, '-.', '__')"/>
    <xsl:variable name="n" select="string-length(substring-before($marked, '_')) + 1"/>
    <xsl:choose>
      <xsl:when test="contains($marked, '_') and $n &lt; string-length($text)">
        <xsl:value-of select="substring($text, 1, $n)"/>
        <!-- libxml2 does not know that it has no end. -->
        <xsl:text disable-output-escaping="yes">&lt;wbr&gt;</xsl:text>
        <xsl:call-template name="parts-of-name">
          <xsl:with-param name="text" select="substring($text, $n + 1)"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Text of several lines.  A parser drops the first line end in pre: this one, not the text's. -->
  <xsl:template name="block">
    <xsl:param name="text"/>
    <xsl:param name="class"/>
    <xsl:param name="label">Text</xsl:param>
    <pre dir="auto">
      <xsl:if test="$class != ''">
        <xsl:attribute name="class"><xsl:value-of select="$class"/></xsl:attribute>
      </xsl:if>
      <xsl:call-template name="long">
        <xsl:with-param name="text" select="$text"/>
        <xsl:with-param name="class" select="$class"/>
        <xsl:with-param name="label" select="$label"/>
      </xsl:call-template>
      <xsl:text>&#10;</xsl:text>
      <xsl:value-of select="substring($text, 1, $most-text)"/>
    </pre>
    <xsl:call-template name="rest-of-text">
      <xsl:with-param name="text" select="$text"/>
    </xsl:call-template>
  </xsl:template>

  <!-- No one reads more, and a browser takes its time for it. -->
  <xsl:variable name="most-text" select="65536"/>

  <xsl:template name="rest-of-text">
    <xsl:param name="text"/>
    <xsl:if test="string-length($text) &gt; $most-text">
      <p class="hint">
        <xsl:value-of select="concat('… and ', format-number(string-length($text) - $most-text, '#,##0'),
                              ' more characters, which the run record has')"/>
      </p>
    </xsl:if>
  </xsl:template>

  <!-- Attributes of a text that is too long for the page: it scrolls in its own box. -->
  <xsl:template name="long">
    <xsl:param name="text"/>
    <xsl:param name="class"/>
    <xsl:param name="label"/>
    <xsl:if test="string-length($text) &gt; 3000">
      <xsl:attribute name="class"><xsl:value-of select="normalize-space(concat($class, ' long'))"/></xsl:attribute>
      <xsl:attribute name="tabindex">0</xsl:attribute>
      <xsl:attribute name="role">group</xsl:attribute>
      <xsl:attribute name="aria-label"><xsl:value-of select="$label"/></xsl:attribute>
    </xsl:if>
  </xsl:template>

  <!-- The sign of a status: never its colour alone. -->
  <xsl:template name="sign">
    <xsl:param name="status" select="@status"/>
    <xsl:choose>
      <xsl:when test="$status = 'passed' or $status = 'proven' or $status = 'exercised'">✓</xsl:when>
      <xsl:when test="$status = 'failed'">✗</xsl:when>
      <xsl:when test="$status = 'error'">‼</xsl:when>
      <xsl:when test="$status = 'warning'">!</xsl:when>
      <xsl:when test="$status = 'accepted'">≈</xsl:when>
      <xsl:when test="$status = 'skipped'">–</xsl:when>
      <xsl:when test="$status = 'info'">i</xsl:when>
      <xsl:otherwise>○</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="badge">
    <xsl:param name="status" select="@status"/>
    <xsl:param name="words" select="$status"/>
    <span class="badge {translate($status, ' ', '-')}">
      <span aria-hidden="true">
        <xsl:call-template name="sign">
          <xsl:with-param name="status" select="$status"/>
        </xsl:call-template>
      </span>
      <xsl:value-of select="concat(' ', $words)"/>
    </span>
  </xsl:template>

  <!-- "1 table", "2 tables". -->
  <xsl:template name="count">
    <xsl:param name="n"/>
    <xsl:param name="one"/>
    <xsl:param name="many" select="concat($one, 's')"/>
    <xsl:value-of select="format-number($n, '#,##0')"/>
    <xsl:text> </xsl:text>
    <xsl:choose>
      <xsl:when test="$n = 1"><xsl:value-of select="$one"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$many"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- 2025-03-14T09:26:53.589793Z: "2025-03-14 09:26:53 UTC". -->
  <xsl:template name="time">
    <xsl:param name="value"/>
    <time datetime="{substring($value, 1, 19)}Z">
      <xsl:value-of select="concat(substring($value, 1, 10), ' ', substring($value, 12, 8), ' UTC')"/>
    </time>
  </xsl:template>

  <xsl:template name="system-heading">
    <h3 class="system">
      <xsl:call-template name="name">
        <xsl:with-param name="text" select="@name"/>
      </xsl:call-template>
    </h3>
  </xsl:template>

  <!-- What a set of findings says as a whole: failed, warning, passed or none. -->
  <xsl:template name="worst">
    <xsl:param name="findings"/>
    <xsl:choose>
      <xsl:when test="$findings[@status = 'failed' or @status = 'error']">failed</xsl:when>
      <xsl:when test="$findings[@status = 'warning' or @status = 'accepted']">warning</xsl:when>
      <xsl:when test="$findings[@status = 'passed']">passed</xsl:when>
      <xsl:when test="$findings[@status = 'skipped']">skipped</xsl:when>
      <xsl:otherwise>none</xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
